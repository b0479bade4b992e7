import { describe, expect, test } from 'vitest';
import type { InstanceNow } from '../../../src/ops/instance-now.ts';
import { readWaiting, withInstances } from '../../../src/ops/second-look/waiting.ts';
import type { Waiting } from '../../../src/ops/second-look/waiting.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const id = (number: number): string => `i-${String(number).padStart(17, '0')}`;
const iso = (moment: number): string => new Date(moment).toISOString();
const home = { account: '111122223333', region: 'eu-west-1' };
const launch = {
  ...home,
  launcher: 'arn:aws:iam::111122223333:user/lena',
  reservationId: 'r-1',
  eventId: 'event-1',
  stack: 'enforcer',
};

/** A line of so many milliseconds ago, of the first instance unless it says otherwise. */
const line = (ago: number, parts: object) => ({
  at: now - ago,
  message: JSON.stringify({ message: 'instance settled', instanceId: id(1), ...launch, ...parts }),
});
const postponed = (ago: number, due: number, parts: object = {}) =>
  line(ago, { outcome: 'postponed', reason: 'no-name-tag', dueAt: iso(now + due), ...parts });
const failed = (ago: number, reason: string, parts: object = {}) =>
  line(ago, { message: 'instance unsettled', outcome: 'failed', reason, ...parts });
const waits = (...lines: readonly ReturnType<typeof line>[]) => readWaiting(lines, 'enforcer', now);

describe('an instance waits', () => {
  test('until its grace is over, and with who launched it', () => {
    expect(waits(postponed(hour, hour))).toEqual([
      {
        kind: 'grace',
        reason: 'no-name-tag',
        source: {
          ...home,
          launcher: launch.launcher,
          reservationId: 'r-1',
          eventId: 'event-1',
        },
        instanceIds: [id(1)],
        toldAt: now - hour,
        until: now + hour,
        failingSince: undefined,
      },
    ]);
  });

  test('when somebody sent it', () => {
    expect(waits(postponed(minute, hour, { message: 'instance sent' }))).toMatchObject([
      { kind: 'asked', until: now + hour },
    ]);
  });

  test.each([
    ['a minute after its first failure', [minute], minute, 0],
    ['as long again as it has failed', [11 * minute, minute], 11 * minute, 9 * minute],
    ['a quarter of an hour at most', [3 * hour, hour, minute], 3 * hour, 14 * minute],
  ])('for its next try, %s', (_, tries, since, until) => {
    expect(waits(...tries.map((ago) => failed(ago, 'unreadable')))).toMatchObject([
      { kind: 'failed', reason: 'unreadable', failingSince: now - since, until: now + until },
    ]);
  });

  test('as the newest line says, in whatever order lines come', () => {
    const lines = [failed(minute, 'unreadable'), postponed(2 * hour, -minute)];

    for (const order of [lines, lines.toReversed()])
      expect(waits(...order)).toMatchObject([{ kind: 'failed', failingSince: now - minute }]);
  });

  test('together with those of its launch', () => {
    const two = [postponed(hour, hour), postponed(hour, hour, { instanceId: id(2) })];
    const other = postponed(hour, hour, { instanceId: id(3), eventId: 'event-2', reservationId: 'r-2' });

    expect(waits(...two, other).map(({ instanceIds }) => instanceIds)).toEqual([[id(1), id(2)], [id(3)]]);
  });

  test('as a launch, where its id is not known', () => {
    const incomplete = { message: 'launch incomplete', instanceId: undefined, reason: 'not-found' };

    expect(waits(line(30_000, incomplete))).toMatchObject([{ kind: 'failed', instanceIds: [] }]);
    expect(waits(line(hour, incomplete))).toEqual([]);
  });
});

describe('an instance does not wait', () => {
  test.each([
    ['that a person has to see to', [failed(minute, 'protected')]],
    ['that failed for six hours', [failed(7 * hour, 'unreadable'), failed(minute, 'unreadable')]],
    [
      'that was only reported',
      [postponed(hour, -minute), line(minute, { outcome: 'would-terminate', reason: 'no-name-tag' })],
    ],
    ['of another stack', [postponed(hour, hour, { stack: 'other' })]],
  ])('%s', (_, lines) => {
    expect(waits(...lines)).toEqual([]);
  });

  test('by lines of another form', () => {
    const others = ['', 'REPORT RequestId: 1', '{"outcome":"postponed"}', '{"outcome":"failed"}', '7'];

    expect(waits(...others.map((message) => ({ at: now, message })))).toEqual([]);
  });
});

test('tries of before it was postponed do not count', () => {
  const [waiting] = waits(
    failed(20 * hour, 'unreadable'),
    postponed(19 * hour, -hour),
    failed(minute, 'unreadable'),
  );

  expect(waiting?.failingSince).toBe(now - minute);
});

const nowIs = (settled: boolean): ReadonlyMap<string, InstanceNow> =>
  new Map([
    [
      id(1),
      {
        instanceId: id(1),
        kind: 'shown',
        state: 'running',
        name: undefined,
        settled,
        verdict: settled ? 'spare' : 'terminate',
      },
    ],
  ]);

describe('with its instances as they are now', () => {
  const [waiting] = waits(postponed(hour, hour));
  const at = (until: number, parts: Partial<Waiting> = {}): Waiting[] =>
    waiting === undefined ? [] : [{ ...waiting, until, ...parts }];

  test('what has time left is shown, named or not', () => {
    for (const settled of [true, false]) {
      expect(withInstances(at(now + hour), nowIs(settled), now)).toMatchObject([{ overdue: false }]);
    }
  });

  test('what had its time and is settled is left out', () => {
    expect(withInstances(at(now - hour), nowIs(true), now)).toEqual([]);
  });

  test('what is tried again and settled meanwhile is left out', () => {
    expect(withInstances(at(now + minute, { kind: 'failed' }), nowIs(true), now)).toEqual([]);
  });

  test('what had its time and still runs without a name is overdue, after five minutes', () => {
    expect(withInstances(at(now - 4 * minute), nowIs(false), now)).toMatchObject([{ overdue: false }]);
    expect(withInstances(at(now - 6 * minute), nowIs(false), now)).toMatchObject([{ overdue: true }]);
  });

  const unsettled = { instanceId: id(2), settled: false } as const;
  test.each<[string, InstanceNow]>([
    ['elsewhere', { ...unsettled, kind: 'elsewhere', foreign: false }],
    ['that EC2 could not be asked of', { ...unsettled, kind: 'unknown', detail: 'denied' }],
  ])('what is %s is never overdue, but untold after its time', (_, instance) => {
    const alone = new Map([[id(1), instance]]);
    const beside = new Map([...nowIs(false), [id(2), instance]]);
    const two = { instanceIds: [id(1), id(2)] };

    expect(withInstances(at(now - hour), alone, now)).toMatchObject([
      { overdue: false, untold: true, instances: [instance] },
    ]);
    expect(withInstances(at(now - 4 * minute), alone, now)).toMatchObject([
      { overdue: false, untold: false },
    ]);
    expect(withInstances(at(now - hour, two), beside, now)).toMatchObject([{ overdue: true, untold: false }]);
    expect(
      withInstances(at(now - hour, two), new Map([...nowIs(true), [id(2), instance]]), now),
    ).toMatchObject([{ overdue: false, untold: true }]);
  });

  test('what had its time and EC2 does not show, though it is not known to be gone, is overdue', () => {
    const notShown = { instanceId: id(1), kind: 'not-shown', settled: false } as const;

    expect(withInstances(at(now - hour), new Map([[id(1), notShown]]), now)).toMatchObject([
      { overdue: true },
    ]);
  });
});
