import { describe, expect, test } from 'vitest';
import { letsRuleIn } from '../../../src/ops/doctor/resource-policy.ts';

const rule = 'arn:aws:events:eu-west-1:111122223333:rule/LaunchRule';
const action = 'lambda:InvokeFunction';
const statement = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: action,
  Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag',
  Condition: { ArnLike: { 'AWS:SourceArn': rule } },
};
const lets = (...statements: readonly object[]) =>
  letsRuleIn(JSON.stringify({ Version: '2012-10-17', Statement: statements }), action, rule);

describe('a policy lets the rule in', () => {
  test.each([
    ['as Lambda writes it', statement],
    ['as the template writes it', { ...statement, Condition: { ArnEquals: { 'aws:SourceArn': rule } } }],
    ['with lists', { ...statement, Principal: { Service: ['events.amazonaws.com'] }, Action: [action] }],
    ['without a condition', { ...statement, Condition: undefined }],
  ])('%s', (_, one) => {
    expect(lets(one)).toBe(true);
  });

  test('by one statement of several', () => {
    expect(lets({ Effect: 'Deny', Principal: '*', Action: '*' }, statement)).toBe(true);
  });

  test('with a single statement that is not in a list', () => {
    expect(letsRuleIn(JSON.stringify({ Statement: statement }), action, rule)).toBe(true);
  });
});

describe('a policy does not let the rule in', () => {
  test.each([
    ['when it denies', { ...statement, Effect: 'Deny' }],
    ['when it is for another service', { ...statement, Principal: { Service: 's3.amazonaws.com' } }],
    ['when it is for an account', { ...statement, Principal: { AWS: '111122223333' } }],
    ['when it is for another action', { ...statement, Action: 'lambda:GetFunction' }],
    [
      'when it is for another rule',
      { ...statement, Condition: { ArnLike: { 'AWS:SourceArn': `${rule}2` } } },
    ],
    [
      'when it asks for more than the rule',
      { ...statement, Condition: { ...statement.Condition, StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
    ],
  ])('%s', (_, one) => {
    expect(lets(one)).toBe(false);
  });

  test('when it has no statement', () => {
    expect(lets()).toBe(false);
  });
});
