import { describe, expect, test } from 'vitest';
import { letterDocument } from '../../../src/ops/dead-letters/print-letters.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import {
  failureRecord,
  owner,
  ownMessage,
  queueMessage,
  secondLookRecord,
  startOf,
  undeliveredAttributes,
} from '../../support/dead-letter-messages.ts';
import { epochNumbers } from '../../support/epoch-numbers.ts';
import { launchEvent } from '../../support/launch-events.ts';

const instanceId = 'i-0123456789abcdef0';
const eventTime = '2026-03-01T09:00:00Z';
const listed = launchEvent({ detail: { eventTime } });
const unlisted = launchEvent({ detail: { eventTime, responseElements: null } });

describe('a dead letter for programs', () => {
  test.each([
    ['a launch', queueMessage(failureRecord(listed)), { source: { launchedAt: '2026-03-01T09:00:00.000Z' } }],
    [
      'an unlisted launch',
      queueMessage(failureRecord(unlisted)),
      { kind: 'unlisted', source: { launchedAt: '2026-03-01T09:00:00.000Z' } },
    ],
    ['an undelivered launch', queueMessage(launchEvent(), undeliveredAttributes), { kind: 'listed' }],
    ['a start', queueMessage(secondLookRecord(startOf())), { startedAt: '2026-03-01T10:15:30.000Z' }],
    [
      'instances that were to be looked at',
      queueMessage(secondLookRecord(ownMessage('2026-03-01T11:00:00Z', instanceId))),
      { dueAt: '2026-03-01T11:00:00.000Z', source: { launchedAt: '2026-03-01T10:15:30.000Z' } },
    ],
    ['no event at all', queueMessage(failureRecord({ a: 1 })), { kind: 'invalid' }],
  ])('has its times in ISO 8601, and none as a number: %s', (_, message, expected) => {
    const document: unknown = JSON.parse(JSON.stringify(letterDocument(readLetter(message, owner))));

    expect(epochNumbers(document)).toEqual([]);
    expect(document).toMatchObject({ since: '2026-03-01T10:15:31.000Z', contents: expected });
  });

  test('has them so when it is of another stack', () => {
    const document = letterDocument(readLetter(queueMessage({ a: 1 }), owner));

    expect(document).toMatchObject({ kind: 'foreign', since: '2026-03-01T10:15:31.000Z' });
    expect(epochNumbers(document)).toEqual([]);
  });
});
