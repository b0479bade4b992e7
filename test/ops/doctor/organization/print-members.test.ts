import { expect, test } from 'vitest';
import { fail, ok } from '../../../../src/ops/doctor/check.ts';
import type { MemberResult } from '../../../../src/ops/doctor/organization/look-at-members.ts';
import { printMembers } from '../../../../src/ops/doctor/organization/print-members.ts';
import { createOutput } from '../../../../src/ops/output.ts';
import { forTerminal } from '../../../../src/ops/text-for-people.ts';

const [one, other] = ['111122223333', '444455556666'];
const denied = {
  ...fail('AccessDenied: its role', 'Deploy again'),
  said: 'arn: AccessDenied: not authorized',
};
const member = (account: string, region: string, changes: Partial<MemberResult> = {}): MemberResult => ({
  account,
  region,
  events: ok('Its stack is CURRENT'),
  lastEvent: undefined,
  action: ok('yes'),
  ...changes,
});

function print(members: readonly MemberResult[], all = false) {
  const lines: string[] = [];
  const tables: (readonly (readonly string[])[])[] = [];
  const output = {
    ...createOutput(false),
    line: (text = '') => void lines.push(forTerminal(text, false)),
    table: (_: readonly string[], rows: readonly (readonly string[])[]) => void tables.push(rows),
  };
  printMembers(output, members, all);
  return { rows: tables[0], lines: lines.filter((line) => line !== '') };
}

test('members that are fine have no row, and are counted', () => {
  const members = Array.from({ length: 1_700 }, (_, index) => member(one, `eu-west-${index + 1}`));

  expect(print(members)).toEqual({
    rows: undefined,
    lines: ['\n1,700 of 1,700 accounts and regions are fine.'],
  });
});

test('members of an account that are wrong alike are one row, and each fix stands once', () => {
  const wrong = { action: denied };
  const { rows, lines } = print([
    member(one, 'eu-west-1', wrong),
    member(one, 'us-east-1', wrong),
    member(one, 'us-west-2', { ...wrong, events: fail('The rule for starts is DISABLED', 'Put back') }),
    member(other, 'eu-west-1', wrong),
    member(other, 'us-east-1'),
  ]);

  expect(rows).toEqual([
    [one, 'eu-west-1, us-east-1', 'yes; nothing in 14 days', 'AccessDenied: its role'],
    [one, 'us-west-2', 'The rule for starts is DISABLED', 'AccessDenied: its role'],
    [other, 'eu-west-1', 'yes; nothing in 14 days', 'AccessDenied: its role'],
  ]);
  expect(lines).toEqual([
    '-> For 4 of these: Deploy again',
    '   AWS says, for example: arn: AccessDenied: not authorized',
    '-> For 1 of these: Put back',
    '\n1 of 5 accounts and regions are fine.',
  ]);
});

test('an account that is wrong everywhere has its regions counted', () => {
  const regions = ['eu-west-1', 'eu-west-2', 'us-east-1', 'us-west-2'];

  const { rows } = print(regions.map((region) => member(one, region, { action: denied })));

  expect(rows?.map(([, cell]) => cell)).toEqual(['all 4']);
});

test('with all, those that are fine are a row an account, with when an event last came', () => {
  const { rows } = print(
    [
      member(one, 'eu-west-1', { lastEvent: Date.now() - 7_200_000 }),
      member(one, 'us-east-1', { lastEvent: Date.now() - 90_000_000 }),
      member(one, 'us-west-2'),
    ],
    true,
  );

  expect(rows).toEqual([
    [one, 'eu-west-1, us-east-1', 'yes; the last came 2 h ago', 'yes'],
    [one, 'us-west-2', 'yes; nothing in 14 days', 'yes'],
  ]);
});
