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
  type Selection,
} from '../../../src/ops/dead-letters/selection.ts';
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
    ['by a part of a cause', ['--cause', 'protect']],
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
