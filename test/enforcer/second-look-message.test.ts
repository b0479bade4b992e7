import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import { MOST_INSTANCES, readSecondLookMessage } from '../../src/enforcer/second-look-message.ts';
import {
  postponedMessages,
  retryMessages,
  unsettledBodies,
  writeInstances,
} from '../../src/enforcer/write-second-look.ts';
import { launchEvent } from '../support/launch-events.ts';
import { idOf, idsUpTo, source } from '../support/launches.ts';
import { failureRecordOf, startEvent } from '../support/second-look-messages.ts';

const now = Date.UTC(2026, 2, 1, 9);
const days = (count: number): number => now + count * 24 * 60 * 60_000;
const iso = (time: number): string => new Date(time).toISOString();
const read = (message: unknown) => readSecondLookMessage(JSON.stringify(message), now);
const postponed = (number: number, dueAt: number) =>
  ({
    instanceId: idOf(number),
    outcome: 'postponed',
    reason: 'no-name-tag',
    dueAt,
    mode: 'terminate',
  }) as const;
const own = {
  version: 1,
  instanceIds: [idOf(1)],
  account: '111122223333',
  region: 'eu-central-1',
  dueAt: iso(now),
};

describe('A message', () => {
  test('may be the state change of an instance that came to run', () => {
    const event = startEvent({ instanceId: idOf(1), time: iso(now) });

    expect(read(event)).toEqual({
      kind: 'started',
      instanceId: idOf(1),
      startedAt: now,
      source: {
        eventId: undefined,
        account: event.account,
        region: event.region,
        launcher: undefined,
        invokedBy: undefined,
        launchedWith: 'unknown',
        launchedAt: undefined,
        reservationId: undefined,
      },
    });
  });

  test.each(['pending', 'stopping', 'stopped', 'shutting-down', 'terminated', 'one-day'])(
    'of an instance that is %s asks for nothing',
    (state) => {
      expect(read(startEvent({ state }))).toEqual({ kind: 'ignored', reason: 'another-state' });
    },
  );

  test("may be Lambda's record of a launch that failed, and is that launch", () => {
    const event = launchEvent();

    expect(read(failureRecordOf(event))).toMatchObject({
      kind: 'launch',
      launch: { kind: 'listed', source: { account: '111122223333' } },
      event,
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag:$LATEST',
    });
  });

  test('may be one of the enforcer itself, with each instance once', () => {
    expect(read({ ...own, instanceIds: [idOf(1), idOf(2), idOf(1)] })).toMatchObject({
      kind: 'instances',
      instanceIds: [idOf(1), idOf(2)],
      dueAt: now,
      source: { account: '111122223333', region: 'eu-central-1', launcher: undefined },
    });
  });

  test('of the enforcer is read as it was written, whatever is known of the launch', () => {
    const text = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
    const time = fc.option(fc.integer({ min: 0, max: now }), { nil: undefined });
    const message = fc.record({
      instanceIds: fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }).map(idOf), { minLength: 1 }),
      dueAt: fc.integer({ min: 0, max: now }),
      startedAt: time,
      source: fc.record({
        eventId: text,
        account: fc.constant('111122223333'),
        region: fc.constant('eu-central-1'),
        launcher: text,
        invokedBy: text,
        launchedWith: fc.constantFrom('console' as const, 'service' as const, 'unknown' as const),
        launchedAt: time,
        reservationId: text,
      }),
    });
    fc.assert(
      fc.property(message, (written) => {
        const [body = ''] = writeInstances(written);

        expect(readSecondLookMessage(body, now)).toEqual({ kind: 'instances', ...written });
      }),
    );
  });
});

describe('Anything else is refused by name, with the place and what was expected', () => {
  test.each([
    ['not JSON', '{', 'event', 'JSON'],
    ['null', 'null', 'event', 'Object'],
    ['an empty object', '{}', 'version', 'present'],
    ['another version', JSON.stringify({ ...own, version: 2 }), 'version', '1'],
    ['no instances', JSON.stringify({ ...own, instanceIds: [] }), 'instanceIds', '>=1'],
    ['too many instances', JSON.stringify({ ...own, instanceIds: idsUpTo(1_001) }), 'instanceIds', '<=1000'],
    ['what is no id', JSON.stringify({ ...own, instanceIds: ['i-1'] }), 'instanceIds.0', 'an instance id'],
    ['no account', JSON.stringify({ ...own, account: undefined }), 'account', 'present'],
    ['no time', JSON.stringify({ ...own, dueAt: 'soon' }), 'dueAt', 'number'],
    [
      'a state change without an id',
      JSON.stringify(startEvent({ instanceId: 'web-1' })),
      'detail.instance-id',
      'an instance id',
    ],
    [
      'a state change of another source',
      JSON.stringify({ ...startEvent(), source: 'mine' }),
      'source',
      '"aws.ec2"',
    ],
    [
      'a record whose event Lambda left out',
      JSON.stringify(failureRecordOf(undefined)),
      'requestPayload',
      'present',
    ],
  ])('%s', (_, body, path, expected) => {
    const refuse = () => readSecondLookMessage(body, now);

    expect(refuse).toThrow(InvalidEventError);
    expect(refuse).toThrow(`Expected \`${path}\` to be`);
    expect(refuse).toThrow(expected);
  });

  test('a time that lies further ahead than any grace', () => {
    expect(read({ ...own, dueAt: iso(days(8)) })).toMatchObject({ dueAt: days(8) });
    expect(() => read({ ...own, dueAt: iso(days(8) + 1) })).toThrow(
      'Expected `dueAt` to be at most 2026-03-09',
    );
    expect(() => read({ ...own, dueAt: '9999-12-31T23:59:59Z' })).toThrow(InvalidEventError);
  });

  test('but never with another error, whatever the body is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((object) => JSON.stringify(object)),
        ),
        (body) => {
          expect(refusalOf(body)).not.toBe('another error');
        },
      ),
    );
  });
});

describe('What is too much for one message is divided, and nothing is dropped', () => {
  test('2,500 instances go in three', () => {
    const bodies = writeInstances({ instanceIds: idsUpTo(2_500), dueAt: now, source });

    const instanceIds = bodies.flatMap((body) => {
      const message = readSecondLookMessage(body, now);
      return message.kind === 'instances' ? message.instanceIds : [];
    });
    expect(bodies).toHaveLength(3);
    expect(instanceIds).toEqual(idsUpTo(2_500));
  });

  test('and texts of any length leave a message smaller than SQS takes', () => {
    const long = '\u{1F600}'.repeat(200_000);
    const shown = { eventId: long, launcher: long, invokedBy: long, reservationId: long };

    const [body = ''] = writeInstances({
      instanceIds: idsUpTo(MOST_INSTANCES),
      dueAt: now,
      source: { ...source, ...shown },
    });

    expect(Buffer.byteLength(body)).toBeLessThan(100_000);
  });
});

describe('What is postponed waits for its time', () => {
  test('or for a quarter of an hour, the longest that SQS delays', () => {
    const outcomes = [postponed(1, now + 90_500), postponed(2, now + 86_400_000), postponed(3, now - 1)];

    const delays = postponedMessages(outcomes, { source }, now).map(({ delaySeconds }) => delaySeconds);

    expect(delays).toEqual([91, 900, 0]);
  });

  test('with all that is due at the same time in one message', () => {
    const outcomes = [postponed(1, now), postponed(2, now + 1), postponed(3, now)];

    const messages = postponedMessages(outcomes, { source }, now).map(({ body }) =>
      readSecondLookMessage(body, now),
    );

    expect(messages).toMatchObject([{ instanceIds: [idOf(1), idOf(3)] }, { instanceIds: [idOf(2)] }]);
  });

  test('and nothing else does', () => {
    const settled = { instanceId: idOf(1), outcome: 'spared', reason: 'named' } as const;

    expect(postponedMessages([settled], { source }, now)).toEqual([]);
  });
});

describe('What another try may settle is tried less and less often', () => {
  const unsettled = [{ instanceId: idOf(1), outcome: 'failed', reason: 'unreadable' }] as const;

  test.each([
    ['at first after a minute', 0, 60],
    ['after five minutes in five', 300_000, 300],
    ['after hours every quarter of an hour', 5 * 3_600_000, 900],
  ])('%s', (_, failedFor, delaySeconds) => {
    const bodies = unsettledBodies(unsettled, { source, dueAt: now });
    const [message] = retryMessages(bodies, now - failedFor, now);

    expect(message).toMatchObject({ delaySeconds, attributes: { FailingSince: iso(now - failedFor) } });
    expect(readSecondLookMessage(message?.body ?? '', now)).toMatchObject({
      instanceIds: [idOf(1)],
      dueAt: now,
    });
  });
});

/** What comes of reading it. */
function refusalOf(body: string): 'read' | 'refused' | 'another error' {
  try {
    readSecondLookMessage(body, now);
    return 'read';
  } catch (error) {
    return error instanceof InvalidEventError ? 'refused' : 'another error';
  }
}
