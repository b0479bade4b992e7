import { describe, expect, test } from 'vitest';
import { leftOpen } from '../../src/enforcer/left-open.ts';
import { launchMessages } from '../../src/enforcer/launch-messages.ts';
import type { FailedReason, Outcome } from '../../src/enforcer/outcome.ts';
import { readSecondLookMessage } from '../../src/enforcer/second-look-message.ts';
import type { Settlement } from '../../src/enforcer/settlement.ts';
import { idOf, launchedAt, source } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const now = Date.UTC(2026, 2, 1, 9);
const clock = new VirtualClock({ now });
const spared = { instanceId: idOf(9), outcome: 'spared', reason: 'named' } as const;
const postponed = {
  instanceId: idOf(8),
  outcome: 'postponed',
  reason: 'no-name-tag',
  dueAt: now + 1,
  mode: 'terminate',
} as const;
const failed = (number: number, reason: FailedReason): Outcome => ({
  instanceId: idOf(number),
  outcome: 'failed',
  reason,
});
const settled = (...outcomes: Outcome[]): Settlement => ({ kind: 'settled', outcomes });
const incomplete = (
  reason: 'not-found' | 'maybe-more' | 'unreadable' | 'ambiguous' | 'no-reference',
  ...outcomes: Outcome[]
): Settlement => ({
  kind: 'incomplete',
  incomplete: { reason, expected: 2, found: outcomes.length },
  outcomes,
});
const foreign: Settlement = {
  kind: 'foreign',
  home: { account: '999988887777', region: 'eu-west-1' },
  outcomes: [],
};

describe('What is left open', () => {
  test('is nothing of what is settled or postponed', () => {
    expect(leftOpen(source, settled(spared, postponed))).toEqual({
      permanent: undefined,
      transient: undefined,
    });
    expect(leftOpen(source, { kind: 'spared-whole', reason: 'named-at-launch', outcomes: [] })).toEqual({
      permanent: undefined,
      transient: undefined,
    });
  });

  test.each(['not-visible', 'unreadable', 'not-terminated'] as const)(
    '%s may be settled by another try',
    (reason) => {
      const { permanent, transient } = leftOpen(source, settled(failed(1, reason), spared));

      expect(permanent).toBeUndefined();
      expect(transient).toMatchObject({
        error: { unsettled: [{ reason }] },
        retry: { kind: 'instances', unsettled: [{ instanceId: idOf(1) }] },
      });
    },
  );

  test('out of time may be settled by another try', () => {
    const deferred = { instanceId: idOf(1), outcome: 'deferred', reason: 'out-of-time' } as const;

    expect(leftOpen(source, settled(deferred)).transient).toBeDefined();
  });

  test.each(['protected', 'denied', 'refused'] as const)('%s is for a person', (reason) => {
    const { permanent, transient } = leftOpen(source, settled(failed(1, reason)));

    expect(permanent).toMatchObject({ unsettled: [{ reason }], reasons: [reason] });
    expect(transient).toBeUndefined();
  });

  test('is divided by instance: none is both', () => {
    const { permanent, transient } = leftOpen(
      source,
      settled(failed(1, 'protected'), failed(2, 'unreadable'), spared),
    );

    expect(permanent).toMatchObject({ unsettled: [{ instanceId: idOf(1) }] });
    expect(permanent?.message).toContain('got 1 of 2 open (1 spared, 1 failed)');
    expect(permanent?.message).not.toContain(idOf(2));
    expect(transient?.error).toMatchObject({ unsettled: [{ instanceId: idOf(2) }] });
    expect(transient?.error.message).not.toContain(idOf(1));
  });

  test('a launch of another account is for a person', () => {
    expect(leftOpen(source, foreign)).toMatchObject({
      permanent: { name: 'ForeignLaunchError' },
      transient: undefined,
    });
  });

  test.each(['not-found', 'maybe-more', 'unreadable'] as const)(
    'a launch whose instances are not all found (%s) is tried again as a whole',
    (reason) => {
      expect(leftOpen(source, incomplete(reason, failed(1, 'protected')))).toMatchObject({
        permanent: undefined,
        transient: { error: { name: 'UnlistedLaunchError' }, retry: { kind: 'whole' } },
      });
    },
  );

  test.each(['no-reference', 'ambiguous'] as const)(
    'a launch whose instances can never be found (%s) is for a person',
    (reason) => {
      expect(leftOpen(source, incomplete(reason))).toMatchObject({
        permanent: { name: 'UnlistedLaunchError', reasons: ['unlisted'] },
        transient: undefined,
      });
    },
  );
});

test('A launch whose instances can never be found is tried again for the sake of those that were', () => {
  expect(leftOpen(source, incomplete('ambiguous', failed(1, 'unreadable')))).toMatchObject({
    permanent: undefined,
    transient: { retry: { kind: 'whole' } },
  });
});

describe('Of a launch', () => {
  const event = { any: 'event' };
  const messagesOf = (settlement: Settlement) =>
    launchMessages(event, source, settlement, 'arn:function', { grace: 0, clock });

  test('with something to try again alone, the event comes again', () => {
    expect(messagesOf(settled(failed(1, 'unreadable')))).toMatchObject({
      postponed: [],
      retries: [],
      deadLetters: [],
      error: { name: 'UnsettledInstancesError' },
    });
  });

  test('with something for a person, nothing is thrown: each instance lies in one queue', () => {
    const { retries, deadLetters, error } = messagesOf(
      settled(failed(1, 'protected'), failed(2, 'unreadable'), failed(3, 'denied')),
    );

    expect(error).toBeUndefined();
    expect(retries.map(({ body }) => readSecondLookMessage(body, now))).toMatchObject([
      { instanceIds: [idOf(2)], source: { launcher: source.launcher } },
    ]);
    expect(deadLetters).toMatchObject([{ attributes: { reasons: 'protected,denied' } }]);
    expect(deadLetters[0]?.body).not.toContain(idOf(2));
    expect(JSON.parse(deadLetters[0]?.body ?? '')).toMatchObject({
      requestContext: { functionArn: 'arn:function', condition: 'NotRetryable' },
      requestPayload: event,
      responsePayload: { errorType: 'UnsettledInstancesError' },
    });
  });

  test('what is tried again keeps the time before which it may not be terminated', () => {
    const { retries } = launchMessages(
      event,
      source,
      settled(failed(1, 'protected'), failed(2, 'unreadable')),
      'arn:function',
      { grace: 60_000, clock },
    );

    expect(retries.map(({ body }) => readSecondLookMessage(body, now))).toMatchObject([
      { instanceIds: [idOf(2)], dueAt: launchedAt + 60_000 },
    ]);
  });

  test('what is postponed waits with its launcher, and what may be tried again waits beside it: the event is done', () => {
    const { postponed: waiting, retries, error } = messagesOf(settled(postponed, failed(1, 'unreadable')));

    expect(error).toBeUndefined();
    expect(retries.map(({ body }) => readSecondLookMessage(body, now))).toMatchObject([
      { instanceIds: [idOf(1)] },
    ]);

    expect(waiting.map(({ body }) => readSecondLookMessage(body, now))).toMatchObject([
      { instanceIds: [idOf(8)], dueAt: now + 1, source },
    ]);
  });

  test('whose instances are not all found nothing waits: it comes back as a whole', () => {
    expect(messagesOf(incomplete('not-found', postponed, failed(1, 'protected')))).toMatchObject({
      postponed: [],
      retries: [],
      deadLetters: [],
      error: { name: 'UnlistedLaunchError' },
    });
  });

  test('a dead letter too large for SQS goes without its event, and names every instance', () => {
    const { deadLetters } = launchMessages(
      { large: 'x'.repeat(300_000) },
      source,
      settled(failed(1, 'protected')),
      'arn:function',
      { grace: 0, clock },
    );

    const body = deadLetters[0]?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThan(256_000);
    expect(JSON.parse(body)).not.toHaveProperty('requestPayload');
    expect(body).toContain(idOf(1));
  });
});
