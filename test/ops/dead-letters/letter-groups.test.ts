import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupLetters, sortLetters, sorts } from '../../../src/ops/dead-letters/letter-groups.ts';
import { deadLetter, type LetterParts } from '../../support/dead-letter.ts';

const role = 'arn:aws:sts::111122223333:assumed-role/deploy';
const ids = (groups: ReturnType<typeof groupLetters>) =>
  groups.map(({ letters }) => letters.map(({ messageId }) => messageId));

describe('dead letters are one group', () => {
  test.each<[string, LetterParts, LetterParts]>([
    ['of the same cause, launcher, account and region', {}, {}],
    ['of sessions of one role', { launcher: `${role}/one` }, { launcher: `${role}/two` }],
  ])('%s', (_, one, other) => {
    expect(groupLetters([deadLetter(one), deadLetter(other)])).toHaveLength(1);
  });

  test.each<[string, LetterParts, LetterParts]>([
    ['causes', {}, { causes: ['unsettled', 'denied'] }],
    ['launchers', {}, { launcher: 'arn:aws:iam::111122223333:user/ada' }],
    ['roles', { launcher: `${role}/one` }, { launcher: `${role}er/one` }],
    ['accounts', {}, { account: '444455556666' }],
    ['regions', {}, { region: 'us-east-1' }],
  ])('but not of different %s', (_, one, other) => {
    expect(groupLetters([deadLetter(one), deadLetter(other)])).toHaveLength(2);
  });
});

test('groups go by their oldest letter, or by what is asked for', () => {
  const letters = [
    deadLetter({ id: 'young', since: 3, causes: ['denied'] }),
    deadLetter({ id: 'old', since: 1, causes: ['expired'] }),
    deadLetter({ id: 'middle', since: 2, causes: ['denied'] }),
  ];

  expect(ids(groupLetters(letters))).toEqual([['old'], ['middle', 'young']]);
  expect(ids(groupLetters(letters, 'count'))).toEqual([['middle', 'young'], ['old']]);
  expect(ids(groupLetters(letters, 'cause'))).toEqual([['middle', 'young'], ['old']]);
  expect(sortLetters(letters).map(({ messageId }) => messageId)).toEqual(['old', 'middle', 'young']);
});

test('no letter is lost or told twice, whatever the order', () => {
  const parts = fc.record({
    since: fc.nat(),
    causes: fc.constantFrom(['expired'], ['unsettled', 'protected'], ['undelivered', 'TIMEOUT']),
    launcher: fc.constantFrom('arn:aws:iam::111122223333:user/lena', `${role}/one`, `${role}/two`),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
  });
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), fc.constantFrom(...sorts), (many, sort) => {
      const letters = many.map((one, number) => deadLetter({ ...one, id: String(number) }));
      const all = letters.map(({ messageId }) => messageId).toSorted();

      expect(ids(groupLetters(letters, sort)).flat().toSorted()).toEqual(all);
      expect(
        sortLetters(letters, sort)
          .map(({ messageId }) => messageId)
          .toSorted(),
      ).toEqual(all);
    }),
  );
});
