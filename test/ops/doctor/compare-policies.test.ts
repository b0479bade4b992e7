import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { comparePolicies } from '../../../src/ops/doctor/compare-policies.ts';
import { AnyJson } from '../../../src/ops/doctor/resolve-intrinsics.ts';

const kill = {
  Sid: 'Kill',
  Effect: 'Allow',
  Action: ['ec2:TerminateInstances', 'ec2:DescribeInstances'],
  Resource: '*',
  Condition: { Null: { 'aws:ResourceTag/Name': 'true' } },
};
const read = { Sid: 'Read', Effect: 'Allow', Action: 'logs:GetLogEvents', Resource: '*' };
const policy = (...statements: readonly object[]) =>
  v.parse(AnyJson, JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement: statements })));

describe('two policies say the same', () => {
  test.each([
    ['in another order of statements', policy(read, kill)],
    ['in another order of keys', policy(Object.fromEntries(Object.entries(kill).toReversed()), read)],
    ['in another order of actions', policy({ ...kill, Action: kill.Action.toReversed() }, read)],
    ['with a list of one', policy(kill, { ...read, Action: ['logs:GetLogEvents'] })],
  ])('%s', (_, found) => {
    expect(comparePolicies(policy(kill, read), found)).toEqual([]);
  });
});

describe('two policies differ', () => {
  test.each([
    ['by a condition that is gone', policy({ ...kill, Condition: undefined }, read), ['Kill is changed']],
    ['by an action more', policy({ ...kill, Action: [...kill.Action, 'ec2:*'] }, read), ['Kill is changed']],
    ['by a statement less', policy(kill), ['Read is missing']],
    ['by a statement more', policy(kill, read, { Sid: 'More' }), ['More is added']],
    [
      'by a statement more without a Sid',
      policy(kill, read, { Effect: 'Allow' }),
      [/the statement .* is added/],
    ],
  ])('%s', (_, found, expected) => {
    const differences = comparePolicies(policy(kill, read), found);

    expect(differences).toHaveLength(expected.length);
    expected.forEach((one, index) => expect(differences[index]).toMatch(one));
  });
});
