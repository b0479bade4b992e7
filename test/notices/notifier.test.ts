import { describe, expect, test } from 'vitest';
import { enforceLaunch } from '../../src/enforcer/enforce-launch.ts';
import type { Delivery } from '../../src/enforcer/queue.ts';
import {
  createNotifier,
  type EventBus,
  type ToldOutcome,
  type NoticeContent,
} from '../../src/notices/notifier.ts';
import type { Outcome } from '../../src/enforcer/outcome.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import { enforcement, idOf, listed, source } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Epoch milliseconds. */
const end = 3_000;

/** A bus that answers in this way, and keeps what it was given. */
function busOf(answer: () => Promise<Delivery> = async () => ({ kind: 'accepted' })) {
  const puts: (NoticeContent & { readonly deadline: number })[] = [];
  const bus: EventBus = {
    put: async (content, deadline) => {
      puts.push({ ...content, deadline });
      return answer();
    },
  };
  const clock = new VirtualClock({ now: 0 });
  const notifier = createNotifier(bus, clock);
  const notify = async (...outcomes: readonly Outcome[]) =>
    clock.run(notifier.notify(source, outcomes, 7, end));
  const told = () => puts.map(({ instances }) => instances.map(({ instanceId }) => instanceId));
  return { puts, notify, told };
}

const terminated = (number: number): ToldOutcome => ({
  instanceId: idOf(number),
  outcome: 'terminated',
  reason: 'no-name-tag',
});
const wouldTerminate = (number: number): ToldOutcome => ({
  instanceId: idOf(number),
  outcome: 'would-terminate',
  reason: 'no-name-tag',
});

const relaunched = (number: number, name: string): ToldOutcome => ({
  instanceId: idOf(number),
  outcome: 'failed',
  reason: 'relaunched',
  group: { kind: 'auto-scaling-group', name },
});

const noKills: readonly Outcome[] = [
  { instanceId: idOf(1), outcome: 'spared', reason: 'named' },
  { instanceId: idOf(2), outcome: 'already-gone', reason: 'terminated' },
  { instanceId: idOf(3), outcome: 'failed', reason: 'protected' },
  { instanceId: idOf(4), outcome: 'deferred', reason: 'out-of-time' },
];

describe('people are told', () => {
  test('once a launch, of those that were terminated and of no other instance', async () => {
    const { puts, notify } = busOf();

    const notification = await notify(...noKills, terminated(5), terminated(6));

    expect(notification).toEqual([{ delivery: { kind: 'accepted' }, instances: 2 }]);
    expect(puts).toEqual([{ source, instances: [terminated(5), terminated(6)], at: 7, deadline: end }]);
  });

  test('of each group that launches again by itself: each has its own command', async () => {
    const { told, notify } = busOf();

    await notify(relaunched(1, 'web'), relaunched(2, 'db'), relaunched(3, 'web'));

    expect(told()).toEqual([[idOf(1), idOf(3)], [idOf(2)]]);
  });

  test('nothing when nothing was terminated', async () => {
    const { puts, notify } = busOf();

    expect(await notify(...noKills)).toEqual([]);
    expect(puts).toEqual([]);
  });

  test('nothing again by the tries after it, though a protected neighbour brings the event back', async () => {
    const clock = new VirtualClock();
    const fleet = new InMemoryFleet({
      clock,
      instances: [{ instanceId: idOf(1) }, { instanceId: idOf(2), protected: true }],
    });
    const { notify, told } = busOf();

    for (let attempt = 1; attempt <= 3; attempt++) {
      const { outcomes } = await clock.run(
        enforceLaunch(listed(idOf(1), idOf(2)), enforcement(fleet, clock)),
      );
      expect(outcomes).toContainEqual(expect.objectContaining({ outcome: 'failed', reason: 'protected' }));
      // A try that starts cold remembers nothing.
      await (attempt === 2 ? busOf().notify : notify)(...outcomes);
      expect(told()).toEqual([[idOf(1)]]);
    }
  });

  test('in report mode of each instance once, for as long as the function stays warm', async () => {
    const { notify, told } = busOf();

    await notify(wouldTerminate(1));
    const again = await notify(wouldTerminate(1));
    await notify(wouldTerminate(1), wouldTerminate(2));

    expect(again).toEqual([]);
    expect(told()).toEqual([[idOf(1)], [idOf(2)]]);
  });

  test('in report mode by the next try of what the bus did not take', async () => {
    const answers: Delivery[] = [
      { kind: 'call-failed', transient: false, detail: 'no' },
      { kind: 'accepted' },
    ];
    const { notify, told } = busOf(async () => answers.shift() ?? { kind: 'out-of-time' });

    await notify(wouldTerminate(1));
    await notify(wouldTerminate(1));
    await notify(wouldTerminate(1));

    expect(told()).toEqual([[idOf(1)], [idOf(1)]]);
  });
});

test('a bus that breaks is a delivery that failed', async () => {
  const { notify } = busOf(async () => Promise.reject(new TypeError('no such module')));

  expect(await notify(terminated(1))).toMatchObject([
    {
      delivery: { kind: 'call-failed', transient: false, detail: 'TypeError: no such module' },
      instances: 1,
    },
  ]);
});

test('the last 10,000 instances are remembered, and no more', async () => {
  const { notify, puts } = busOf();
  const first = wouldTerminate(1);

  await notify(first);
  await notify(...Array.from({ length: 9_999 }, (_, index) => wouldTerminate(index + 2)));
  const remembered = await notify(first);
  await notify(wouldTerminate(10_001));
  const forgotten = await notify(first);

  expect(remembered).toEqual([]);
  expect(forgotten).toMatchObject([{ instances: 1 }]);
  expect(puts).toHaveLength(4);
});

describe('a notice that fails by no fault of its own', () => {
  const trouble: Delivery = { kind: 'call-failed', transient: true, detail: 'InternalFailure' };

  test('is put again, with a wait, until the bus takes it', async () => {
    const answers: Delivery[] = [trouble, trouble, { kind: 'accepted' }];
    const { notify, puts } = busOf(async () => answers.shift() ?? trouble);

    expect(await notify(terminated(1))).toMatchObject([{ delivery: { kind: 'accepted' } }]);
    expect(puts).toHaveLength(3);
  });

  test('is given up in time, in the words of EventBridge', async () => {
    const { notify, puts } = busOf(async () => trouble);

    expect(await notify(terminated(1))).toEqual([{ delivery: trouble, instances: 1 }]);
    expect(puts.length).toBeGreaterThan(3);
    expect(puts.length).toBeLessThan(10);
  });
});
