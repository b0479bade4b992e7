import { CommanderError, type Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { opsCommand } from '../../../src/ops/command.ts';
import type { DeadLetter } from '../../../src/ops/dead-letters/letter.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import {
  addSelectionOptions,
  isEmpty,
  isSelected,
  readSelection,
  refuseUnknownValues,
  type Selection,
} from '../../../src/ops/dead-letters/selection.ts';
import { deadLetter } from '../../support/dead-letter.ts';
import {
  failureRecord,
  owner,
  ownMessage,
  queueMessage,
  secondLookRecord,
} from '../../support/dead-letter-messages.ts';

const sentAt = Date.parse('2026-03-01T10:15:31Z');
const minute = 60_000;

function letter(): DeadLetter {
  const read = readLetter(queueMessage(failureRecord()), owner);
  if (read.kind === 'foreign') throw new Error(read.because);
  return read;
}

/** The selection that a command line makes. */
function parse(...args: readonly string[]): Selection {
  const command: Command = addSelectionOptions(opsCommand('list')).configureOutput({ writeErr: () => {} });
  command.parse(args, { from: 'user' });
  return readSelection(command.opts());
}

describe('a dead letter is selected', () => {
  test.each([
    ['by nothing at all', []],
    ['by a cause of several', ['--cause', 'protected']],
    ['by a cause in another case', ['--cause', 'Protected']],
    ['by one cause of a list', ['--cause', 'expired', 'unsettled']],
    ['by the age that it has passed', ['--older-than', '59m']],
    ['by an instance of its launch', ['--instance', 'i-0123456789abcdef0']],
    ['by its launcher', ['--launcher', 'lena']],
    ['by its launcher, as the list shows it', ['--launcher', 'user/lena']],
    ['by the ARN of its launcher', ['--launcher', 'arn:aws:iam::111122223333:user/lena']],
    ['by one launcher of several', ['--launcher', 'ada', 'lena']],
    ['by its account', ['--account', '111122223333']],
    ['by the region of the launch', ['--launched-in', 'eu-west-1']],
    ['by its id', ['--message', '0a1b2c3d-0000-4000-8000-000000000001']],
    ['by the beginning of its id', ['--message', '0a1b2c3d']],
    ['by several criteria that it all meets', ['--cause', 'protected', '--older-than', '1s']],
  ])('%s', (_, args) => {
    expect(isSelected(letter(), parse(...args), sentAt + 60 * minute)).toBe(true);
  });
});

describe('a dead letter is not selected', () => {
  test.each([
    ['by another cause', ['--cause', 'expired']],
    ['by an error code that it has not', ['--cause', 'NO_PERMISSIONS']],
    ['by another launcher', ['--launcher', 'ada']],
    ['by a part of a name', ['--launcher', 'ena']],
    ['by another account', ['--account', '444455556666']],
    ['by another region', ['--launched-in', 'us-east-1']],
    ['by an age that it has just reached', ['--older-than', '1h']],
    ['by another instance', ['--instance', 'i-0123456789abcdef1']],
    ['by the beginning of an instance id', ['--instance', 'i-0123456789abcdef']],
    ['by another id', ['--message', '1a1b2c3d']],
    ['by criteria of which it meets one', ['--cause', 'protected', '--older-than', '2h']],
  ])('%s', (_, args) => {
    expect(isSelected(letter(), parse(...args), sentAt + 60 * minute)).toBe(false);
  });

  test('by age when its age is not known', () => {
    expect(isSelected({ ...letter(), since: undefined }, parse('--older-than', '1s'), sentAt)).toBe(false);
  });
});

test('an instance is also found that the failure alone names', () => {
  const contents = { kind: 'left-out' } as const;

  expect(isSelected({ ...letter(), contents }, parse('--instance', 'i-0123456789abcdef0'), sentAt)).toBe(
    true,
  );
  expect(isSelected({ ...letter(), contents }, parse('--instance', 'i-0123456789abcdef'), sentAt)).toBe(
    false,
  );
});

test('an instance is found that a message of the second look names', () => {
  const message = ownMessage('2026-03-01T11:00:00Z', 'i-0123456789abcdef0', 'i-0123456789abcdef2');
  const read = readLetter(queueMessage(secondLookRecord(message, '')), owner);

  expect(
    read.kind === 'dead-letter' && isSelected(read, parse('--instance', 'i-0123456789abcdef2'), sentAt),
  ).toBe(true);
});

test('a selection without a criterion is empty', () => {
  expect(isEmpty(parse())).toBe(true);
  expect(isEmpty(parse('--cause', 'protected'))).toBe(false);
});

test.each(['1', 'h', '1w', '-1h', '1.5h', 'an hour'])('the age %s is refused with what is allowed', (age) => {
  expect(() => parse('--older-than', age)).toThrow(CommanderError);
  expect(() => parse('--older-than', age)).toThrow(/whole number with s, m, h or d|argument missing/);
});

describe('a typo never looks healthy', () => {
  test.each([
    ['protectd', 'Did you mean `protected`?'],
    ['un-listed', 'Did you mean `unlisted`?'],
  ])('the cause %s is refused before anything is asked of AWS', (cause, advice) => {
    expect(() => parse('--cause', cause)).toThrow(CommanderError);
    expect(() => parse('--cause', 'protected', cause)).toThrow(advice);
  });

  test('an account has 12 digits', () => {
    expect(() => parse('--account', '1111')).toThrow('12 digits');
  });

  const letters = [
    deadLetter({ id: '0a1b2c3d' }),
    deadLetter({ id: '1a1b2c3d', causes: ['undelivered', 'NO_PERMISSIONS'], account: '444455556666' }),
  ];

  test.each([
    [['--cause', 'NO_PERMISSION'], 'the cause `NO_PERMISSION`. Did you mean `NO_PERMISSIONS`?'],
    [['--launcher', 'lenna'], 'the launcher `lenna`. Did you mean `lena`?'],
    [['--account', '111122223334'], 'the account `111122223334`. Did you mean `111122223333`?'],
    [['--launched-in', 'eu-wst-1'], 'the region `eu-wst-1`. Did you mean `eu-west-1`?'],
    [['--instance', 'i-0123456789abcdef1'], 'Did you mean `i-0123456789abcdef0`?'],
    [['--message', '0a1b2c3e'], 'the message `0a1b2c3e`. Did you mean `0a1b2c3d`?'],
    [['--account', '111122223333', '--launcher', 'lenna'], 'the launcher `lenna`'],
    [['--launcher', 'lena', 'ada'], 'the launcher `ada`'],
  ])('%j, which no dead letter has, is an error that tells the nearest', (args, message) => {
    expect(() => refuseUnknownValues(parse(...args), letters)).toThrow(message);
  });

  test.each([
    ['no values at all', []],
    [
      'values that letters have, though no letter has all of them',
      ['--cause', 'undelivered', '--message', '0a'],
    ],
    ['a cause of the tool that no letter has now', ['--cause', 'denied']],
    ['an age', ['--older-than', '13d']],
  ])('%s is an answer', (_, args) => {
    expect(() => refuseUnknownValues(parse(...args), letters)).not.toThrow();
  });

  test('of an empty queue everything may be asked', () => {
    expect(() => refuseUnknownValues(parse('--launcher', 'lenna'), [])).not.toThrow();
  });
});

test('a launcher is also found by its role, whatever the session', () => {
  const arn = 'arn:aws:sts::111122223333:assumed-role/deploy/build-77';
  const letters = [deadLetter({ launcher: arn })];

  for (const name of [arn, 'deploy', 'deploy/*', 'deploy/build-77', 'build-77', 'assumed-role/deploy'])
    expect(letters.map((one) => isSelected(one, parse('--launcher', name), sentAt))).toEqual([true]);
  for (const name of ['dep', 'build', 'user/deploy'])
    expect(letters.map((one) => isSelected(one, parse('--launcher', name), sentAt))).toEqual([false]);
});
