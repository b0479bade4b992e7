import { expect, test } from 'vitest';
import { chooseMembers } from '../../../src/ops/organization/choose-members.ts';

const member = (account: string, region: string) => ({ account, region, deployment: undefined });
const members = [
  member('111122223333', 'eu-west-1'),
  member('111122223333', 'us-east-1'),
  member('444455556666', 'eu-west-1'),
];

test.each([
  ['all', undefined, undefined, [0, 1, 2]],
  ['those of an account', ['111122223333'], undefined, [0, 1]],
  ['those of any of several regions', undefined, ['us-east-1', 'eu-west-1'], [0, 1, 2]],
  ['those of both', ['111122223333', '444455556666'], ['us-east-1'], [1]],
])('A replay is about the members asked for: %s', (_, accounts, regions, expected) => {
  expect(chooseMembers(members, accounts, regions)).toEqual(
    members.filter((__, at) => expected.includes(at)),
  );
});

test.each([
  [
    'an account',
    ['111122223333', '999988887777'],
    undefined,
    'Expected --account to be of .*, found 999988887777.',
  ],
  ['a region', undefined, ['eu-west-1', 'eu-west-9'], 'Expected --regions to be of .*, found eu-west-9.'],
  ['members in both', ['444455556666'], ['us-east-1'], 'found none that is both'],
])('%s of no member is a mistake', (_, accounts, regions, expected) => {
  expect(() => chooseMembers(members, accounts, regions)).toThrow(new RegExp(expected));
});
