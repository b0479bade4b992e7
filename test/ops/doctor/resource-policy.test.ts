import { describe, expect, test } from 'vitest';
import { letsRuleIn, readBusPolicy } from '../../../src/ops/doctor/resource-policy.ts';

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

const read = (...statements: readonly object[]) =>
  readBusPolicy(JSON.stringify({ Statement: statements }), 'o-1');

describe('The policy of the bus of members', () => {
  const expected = {
    Sid: 'Members',
    Effect: 'Allow',
    Principal: '*',
    Action: 'events:PutEvents',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  };

  test.each([
    ['as the template writes it', expected],
    ['with lists', { ...expected, Principal: { AWS: ['*'] }, Action: ['events:PutEvents'] }],
    [
      'with the key in another case',
      { ...expected, Condition: { StringEquals: { 'aws:principalorgid': ['o-1'] } } },
    ],
  ])('lets the organization in, and nobody else: %s', (_, one) => {
    expect(read(one)).toEqual({ letsOrganizationIn: true, others: [] });
    expect(read(one, { Effect: 'Deny', Principal: '*', Action: '*' }).others).toEqual([]);
  });

  test.each([
    ['without a condition', { Condition: undefined }],
    ['without a condition, with lists', { Principal: { AWS: ['*'] }, Condition: undefined }],
    ['that allows more', { Action: 'events:*' }],
    ['that allows all but something', { Action: undefined, NotAction: 'events:PutRule' }],
    ['for an account', { Principal: { AWS: '444455556666' } }],
    ['for everybody but an account', { Principal: undefined, NotPrincipal: { AWS: '444455556666' } }],
    ['for another organization', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-2' } } }],
    ['for two organizations', { Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } } }],
    ['for all but the organization', { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    ['with an operator that asks nothing', { Condition: { StringEquals: {} } }],
    [
      'that asks for more',
      { Condition: { ...expected.Condition, StringLike: { 'events:source': 'aws.*' } } },
    ],
  ])('lets others in by a statement %s', (_, parts) => {
    const other = { ...expected, Sid: 'Other', ...parts };

    expect(read(other)).toEqual({ letsOrganizationIn: false, others: ['Other'] });
    expect(read(expected, other)).toEqual({ letsOrganizationIn: true, others: ['Other'] });
  });

  test('names a statement without a Sid by its principal', () => {
    const { Sid: _, ...other } = { ...expected, Principal: { AWS: '444455556666' } };

    expect(read(expected, other).others).toEqual(['the one for {"AWS":"444455556666"}']);
  });
});
