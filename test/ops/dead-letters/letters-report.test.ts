import { describe, expect, test } from 'vitest';
import type { CurrentState } from '../../../src/ops/dead-letters/current-state.ts';
import type { DeadLetter } from '../../../src/ops/dead-letters/letter.ts';
import { lettersReport } from '../../../src/ops/dead-letters/letters-report.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import {
  failureRecord,
  owner,
  queueMessage,
  undeliveredAttributes,
} from '../../support/dead-letter-messages.ts';
import { launchEvent } from '../../support/launch-events.ts';

const now = Date.parse('2026-03-10T00:00:00Z');
const HOUR = 3_600_000;
const instanceId = 'i-0123456789abcdef0';

function letter(messageId: string, age: number, message = queueMessage(failureRecord())): DeadLetter {
  const read = readLetter(message, owner);
  if (read.kind === 'foreign')
    throw new Error(`Expected a dead letter, got a foreign message: ${read.because}`);
  return { ...read, messageId, since: now - age };
}

const open: CurrentState = {
  instances: [
    { instanceId, kind: 'shown', state: 'running', name: undefined, settled: false, verdict: 'terminate' },
  ],
  complete: true,
};
const settled: CurrentState = {
  instances: [{ instanceId, kind: 'shown', state: 'running', name: 'web', settled: true, verdict: 'spare' }],
  complete: true,
};

const letters = [
  letter('a', HOUR / 2),
  letter('b', 30 * HOUR),
  letter('c', 300 * HOUR, queueMessage(launchEvent(), undeliveredAttributes)),
];
const states = new Map([
  ['a', open],
  ['b', settled],
  ['c', open],
]);

describe('the report of dead letters', () => {
  test('says what is open and what is settled by now: by cause, launcher and age', () => {
    const { charts, figures } = lettersReport(letters, states, [], 0, now);

    expect(figures.map(({ label, value }) => [label, value])).toEqual([
      ['open', 2],
      ['settled by now', 1],
      ['instances open', 2],
    ]);
    expect(
      charts.map(({ title, labels, series }) => [title, labels, series.map(({ values }) => values)]),
    ).toEqual([
      [
        'By cause',
        ['protected', 'undelivered, NO_PERMISSIONS'],
        [
          [1, 1],
          [1, 0],
        ],
      ],
      ['By launcher', ['lena'], [[2], [1]]],
      [
        'By age',
        ['under an hour', '1 to 24 hours', '1 to 3 days', '3 to 7 days', 'over 7 days'],
        [
          [1, 0, 0, 0, 1],
          [0, 0, 1, 0, 0],
        ],
      ],
    ]);
  });

  test('of several accounts says how many each has', () => {
    const event = { ...launchEvent(), account: '444455556666' };
    const member = letter('d', HOUR, queueMessage(failureRecord(event)));

    const { charts } = lettersReport([...letters, member], states, [], 0, now);

    expect(charts.find(({ title }) => title === 'By account')?.labels).toEqual([
      '111122223333',
      '444455556666',
    ]);
  });

  test('has a row for each, the oldest first, with no mark of a terminal in it', () => {
    const { rows } = lettersReport(letters, states, [], 0, now).table;

    expect(rows.map(([messageId]) => messageId)).toEqual(['c', 'b', 'a']);
    expect(rows.at(-1)).toEqual([
      'a',
      '2026-03-09T23:30:00Z',
      'protected',
      'arn:aws:iam::111122223333:user/lena',
      '111122223333',
      'eu-west-1',
      `${instanceId} running, no name`,
    ]);
    expect(rows[1]?.at(-1)).toBe(`${instanceId} running, "web"\nsettled by now`);
  });

  test('tells of what it leaves out, and of an empty queue', () => {
    const foreign = { kind: 'foreign', messageId: 'f', since: undefined, because: 'not JSON' } as const;

    expect(lettersReport(letters, states, [foreign], 4, now)).toMatchObject({
      warnings: ['The queue holds 1 message that this stack did not put there. They are in no plot.'],
    });
    expect(lettersReport(letters, states, [], 4, now).about).toMatch(/^3 dead letters of 7: /);
    expect(lettersReport([], new Map(), [], 0, now)).toMatchObject({
      charts: [],
      warnings: [],
      table: { rows: [] },
    });
  });
});
