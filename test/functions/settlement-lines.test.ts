import { expect, test } from 'vitest';
import { shownOutcome } from '../../src/functions/settlement-lines.ts';
import { epochNumbers } from '../support/epoch-numbers.ts';
import { telemetryOutput } from '../support/telemetry-output.ts';

test('no line of the log has a time as a number, but the one that CloudWatch wants for a metric', () => {
  const lines = telemetryOutput();

  expect(new Set(lines.flatMap((line) => epochNumbers(line)))).toEqual(new Set(['/_aws/Timestamp']));
  expect(lines.flatMap(({ dueAt }) => dueAt ?? [])).toContain('2026-03-01T10:00:00.000Z');
});

test('an answer has the time of a postponed instance in ISO 8601, and all else as it is', () => {
  const instance = { instanceId: 'i-0123456789abcdef0', reason: 'no-name-tag' } as const;
  const spared = { ...instance, outcome: 'spared', reason: 'named' } as const;

  expect(
    shownOutcome({ ...instance, outcome: 'postponed', dueAt: Date.UTC(2026, 2, 1, 10), mode: 'terminate' }),
  ).toEqual({
    ...instance,
    outcome: 'postponed',
    dueAt: '2026-03-01T10:00:00.000Z',
    mode: 'terminate',
  });
  expect(shownOutcome(spared)).toEqual(spared);
});
