import { expect, test } from 'vitest';
import { printSummary, summarize } from '../../../src/ops/dead-letters/summary.ts';
import { deadLetter, PrintedOutput } from '../../support/dead-letter.ts';

const now = Date.parse('2026-03-12T10:00:00Z');
const hour = 3_600_000;

const letters = [
  deadLetter({ since: now - hour / 2 }),
  deadLetter({ since: now - 2 * hour, launcher: 'arn:aws:sts::111122223333:assumed-role/deploy/one' }),
  deadLetter({ since: now - 11 * 24 * hour, launcher: 'arn:aws:sts::111122223333:assumed-role/deploy/two' }),
  deadLetter({ since: now - 2 * hour, causes: ['undelivered', 'TIMEOUT'], account: '444455556666' }),
];

test('counts by cause, launcher, account, region and age, the most first and ages from young to old', () => {
  expect(summarize(letters, now)).toEqual({
    letters: 4,
    cause: [
      { value: 'protected', letters: 3 },
      { value: 'undelivered, TIMEOUT', letters: 1 },
    ],
    launcher: [
      { value: 'deploy/*', letters: 2 },
      { value: 'user/lena', letters: 2 },
    ],
    account: [
      { value: '111122223333', letters: 3 },
      { value: '444455556666', letters: 1 },
    ],
    region: [{ value: 'eu-west-1', letters: 4 }],
    age: [
      { value: 'under 1 h', letters: 1 },
      { value: '1 h to 6 h', letters: 2 },
      { value: 'over 10 d', letters: 1 },
    ],
  });
});

test('shows so many values of each kind, and sums up the others', () => {
  const output = new PrintedOutput();

  printSummary(output, summarize(letters, now), 1);

  expect(output.lines).toEqual([
    'By | Value | Letters',
    'cause | protected | 3',
    'cause | 1 others | 1',
    'launcher | deploy/* | 2',
    'launcher | 1 others | 2',
    'account | 111122223333 | 3',
    'account | 1 others | 1',
    'region | eu-west-1 | 4',
    'age | under 1 h | 1',
    'age | 2 others | 3',
  ]);
});
