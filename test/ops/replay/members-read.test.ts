import { expect, test } from 'vitest';
import type { Member } from '../../../src/ops/organization/members.ts';
import { describeWithoutFiles } from '../../../src/ops/replay/members-read.ts';

const membersOf = (accounts: readonly string[], regions: readonly string[]): Member[] =>
  accounts.flatMap((account) => regions.map((region) => ({ account, region, deployment: undefined })));
const accounts = Array.from({ length: 100 }, (_, index) => String(100_000_000_000 + index));
const regions = Array.from({ length: 17 }, (_, index) => `eu-west-${index + 1}`);
const all = membersOf(accounts, regions);

test('Nothing is said of members that all have log files', () => {
  expect(describeWithoutFiles({ members: all, withoutFiles: [] })).toBeUndefined();
});

test('Accounts without any log file are told from regions in which nothing was called', () => {
  const withoutFiles = all.filter(
    ({ account, region }) =>
      account === '100000000007' ||
      region === 'eu-west-2' ||
      (region === 'eu-west-5' && account === '100000000001'),
  );

  expect(describeWithoutFiles({ members: all, withoutFiles })).toBe(
    'Found no log file of 117 of 1,700 members: every region of 100000000007; eu-west-2 of 99 accounts, ' +
      'eu-west-5 of 1 account. Nothing was called there, or the trail does not log it.',
  );
});

test('However many they are, it stays a sentence that says how many it does not name', () => {
  const withoutFiles = all.filter(
    ({ account, region }) => account !== '100000000000' || regions.indexOf(region) > 9,
  );

  expect(describeWithoutFiles({ members: all, withoutFiles })).toBe(
    'Found no log file of 1,690 of 1,700 members: every region of 100000000001, 100000000002, 100000000003, ' +
      '100000000004, 100000000005 and 94 more accounts; eu-west-11 of 1 account, eu-west-12 of 1 account, ' +
      'eu-west-13 of 1 account, eu-west-14 of 1 account, eu-west-15 of 1 account and 2 more regions. ' +
      'Nothing was called there, or the trail does not log it.',
  );
});
