import * as fc from 'fast-check';
import { enforceLaunch } from '../../../src/enforcer/enforce-launch.ts';
import type { Enforcement } from '../../../src/enforcer/enforcement.ts';
import { launchMessages } from '../../../src/enforcer/launch-messages.ts';
import type { Outcome } from '../../../src/enforcer/outcome.ts';
import type { OutgoingMessage } from '../../../src/enforcer/queue.ts';
import { readLaunch } from '../../../src/enforcer/read-launch.ts';
import { lookAtBatch } from '../../../src/enforcer/second-look-batch.ts';
import { isFinished } from '../../../src/enforcer/settlement.ts';
import { InMemoryFleet } from '../in-memory-fleet.ts';
import type { NewInstance } from '../in-memory-instance.ts';
import { launchedItem, launchEvent } from '../launch-events.ts';
import { idOf, launchedAt } from '../launches.ts';
import { failureRecordOf, startEvent } from '../second-look-messages.ts';
import { VirtualClock } from '../virtual-clock.ts';

/*
 * The whole system in virtual time: both signals, both functions, the queue between them and the dead-letter queue. What
 * AWS may do is chosen at random: lose, delay and double signals, hand messages over twice and in any order, end a function
 * at any point, fail for hours.
 */

const minute = 60_000;
const hour = 60 * minute;
const home = { account: '111122223333', region: 'eu-central-1' } as const;
const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:SecondLook';

/** Times are milliseconds since the launch. */
interface InstancePlan {
  readonly quirk: 'none' | 'named' | 'exempt' | 'protected' | 'managed' | 'long-launched';
  /** It gets its name then; undefined: never. */
  readonly namedAfter: number | undefined;
  /** When EC2's signal of its start comes, each time it does. */
  readonly startSignals: readonly number[];
}

export interface SystemPlan {
  readonly seed: number;
  readonly grace: number;
  readonly instances: readonly InstancePlan[];
  /** When the launch event comes, each time it does. */
  readonly launchSignals: readonly number[];
  readonly outage: { readonly after: number; readonly lasts: number; readonly kind: 'fails' | 'stalls' };
  /** While nobody reads the queue. */
  readonly pause: { readonly after: number; readonly lasts: number };
  /** Of ten batches, how many end with the function's death: before or after it has sent its messages. */
  readonly deaths: number;
  /** Who launched all instances: a person, or a group that launches another for each that is terminated. */
  readonly launchedBy: 'person' | 'group';
  /** What is done about what the group launched. */
  readonly serviceLaunchMode: 'terminate' | 'name';
  /** More kills than this within an hour pause it all, a minute later, until somebody resumes it. */
  readonly breaker: { readonly above: number; readonly resumedAfter: number } | undefined;
}

const signalTimes = fc.array(fc.oneof(fc.nat(20_000), fc.nat(15 * minute)), { maxLength: 2 });

export const anySystem: fc.Arbitrary<SystemPlan> = fc.record({
  seed: fc.nat(),
  grace: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 240 }).map((minutes) => minutes * minute),
  ),
  instances: fc.array(
    fc.record<InstancePlan>({
      quirk: fc.oneof(
        { weight: 5, arbitrary: fc.constant('none' as const) },
        {
          weight: 3,
          arbitrary: fc.constantFrom('named', 'exempt', 'protected', 'managed', 'long-launched'),
        },
      ),
      namedAfter: fc.option(fc.oneof(fc.nat(2 * minute), fc.nat(6 * hour)), { nil: undefined, freq: 3 }),
      startSignals: signalTimes,
    }),
    { minLength: 1, maxLength: 5 },
  ),
  launchSignals: signalTimes,
  outage: fc.record({
    after: fc.nat(10 * minute),
    lasts: fc.oneof(fc.constant(0), fc.nat(minute), fc.nat(9 * hour)),
    kind: fc.constantFrom('fails', 'stalls'),
  }),
  pause: fc.record({
    after: fc.nat(10 * minute),
    lasts: fc.oneof(fc.constant(0), fc.nat(2 * hour)),
  }),
  deaths: fc.oneof(fc.constant(0), fc.constant(3)),
  launchedBy: fc.oneof(
    { weight: 2, arbitrary: fc.constant('person' as const) },
    { weight: 1, arbitrary: fc.constant('group' as const) },
  ),
  serviceLaunchMode: fc.oneof(
    { weight: 2, arbitrary: fc.constant('terminate' as const) },
    { weight: 1, arbitrary: fc.constant('name' as const) },
  ),
  breaker: fc.option(fc.record({ above: fc.integer({ min: 1, max: 3 }), resumedAfter: fc.nat(3 * hour) }), {
    nil: undefined,
    freq: 2,
  }),
});

/** What became of it all. */
export interface SystemRun {
  readonly plan: SystemPlan;
  readonly fleet: InMemoryFleet;
  readonly outcomes: readonly Outcome[];
  readonly deadLetters: readonly OutgoingMessage[];
  /** What the group launched in the place of what was terminated, in their order. */
  readonly relaunched: readonly string[];
  /** Times in which the breaker had paused it all, in epoch milliseconds. */
  readonly pauses: readonly { readonly from: number; readonly until: number }[];
  readonly tookHours: number;
}

interface Queued {
  readonly messageId: string;
  readonly body: string;
  readonly failingSince: number | undefined;
  readonly visibleAt: number;
}

/** The queue's own delay, and how long a message is hidden that a dead function had received. */
const DELAY = 2 * minute;
const HIDDEN = 6 * minute;

export async function runSystem(plan: SystemPlan): Promise<SystemRun> {
  const clock = new VirtualClock({ now: launchedAt, seed: plan.seed });
  const from = launchedAt + plan.outage.after;
  const fleet = new InMemoryFleet({
    clock,
    instances: plan.instances.map((instance, index) => instanceOf(instance, index, plan)),
    outages: [{ from, until: from + plan.outage.lasts, kind: plan.outage.kind }],
    onKill: () => {
      trip();
      if (plan.launchedBy === 'group' && relaunched.length < MOST_RELAUNCHES) void signalled(relaunch());
    },
  });
  const relaunched: string[] = [];
  const pauses: { readonly from: number; readonly until: number }[] = [];
  const outcomes: Outcome[] = [];
  const deadLetters: OutgoingMessage[] = [];
  const queue: Queued[] = [];
  let sent = 0;
  const signals = { pending: 0 };

  const put = (message: OutgoingMessage): void => {
    const { FailingSince } = message.attributes ?? {};
    queue.push({
      messageId: `message-${++sent}`,
      body: message.body,
      failingSince: FailingSince === undefined ? undefined : Date.parse(FailingSince),
      visibleAt: clock.now() + (message.delaySeconds === undefined ? DELAY : message.delaySeconds * 1000),
    });
  };
  const enforcement = (): Enforcement => ({
    fleet,
    clock,
    deadline: clock.now() + 50_000,
    mode: 'terminate',
    serviceLaunchMode: plan.serviceLaunchMode,
    relaunchLimit: RELAUNCH_LIMIT,
    grace: plan.grace,
    exemptTagKeys: new Set(['team']),
    home,
  });

  /** EventBridge, Lambda's three tries, and its failure destination. */
  const deliverLaunch = async (event: object, after: number): Promise<void> => {
    await clock.sleep(after);
    const launch = readLaunch(event);
    if (launch.kind === 'ignored') throw new Error('Expected a launch');
    for (const wait of [minute, 2 * minute, undefined]) {
      // Without concurrency, Lambda hands the event to the failure destination without a try.
      if (isTripped()) break;
      const settlement = await enforceLaunch(launch, enforcement());
      outcomes.push(...settlement.outcomes);
      if (isFinished(settlement)) return;
      const messages = launchMessages(event, launch.source, settlement, functionArn, enforcement());
      for (const message of [...messages.postponed, ...messages.retries]) put(message);
      deadLetters.push(...messages.deadLetters);
      if (messages.error === undefined) return;
      if (wait !== undefined) await clock.sleep(wait);
    }
    put({ body: JSON.stringify(failureRecordOf(event)) });
  };
  const deliverStart = async (event: object, after: number): Promise<void> => {
    await clock.sleep(after);
    put({ body: JSON.stringify(event) });
  };

  const signalled = async (signal: Promise<void>): Promise<void> => {
    signals.pending += 1;
    await signal;
    signals.pending -= 1;
  };
  const isPaused = (): boolean => {
    const since = clock.now() - launchedAt - plan.pause.after;
    return isTripped() || (since >= 0 && since < plan.pause.lasts);
  };
  function isTripped(): boolean {
    return pauses.some(({ from: begins, until }) => begins <= clock.now() && clock.now() < until);
  }

  /** The alarm rings once, when the sum goes over its threshold. */
  function trip(): void {
    if (plan.breaker === undefined || pauses.length > 0) return;
    const lately = fleet.kills.filter(({ at }) => at > clock.now() - hour).length;
    if (lately <= plan.breaker.above) return;
    const begins = clock.now() + minute;
    pauses.push({ from: begins, until: begins + plan.breaker.resumedAfter });
  }

  /** The group launches another one, and both signals tell of it. */
  async function relaunch(): Promise<void> {
    const instanceId = idOf(100 + relaunched.length);
    relaunched.push(instanceId);
    await clock.sleep(20_000 + clock.random() * 2 * minute);
    const at = clock.now();
    const reservationId = `r-${instanceId}`;
    fleet.add({ instanceId, reservationId, firstLaunchedAt: at, tags: [ofGroup] });
    const eventTime = new Date(at).toISOString();
    const event = launchEvent({
      envelope: home,
      detail: { eventTime },
      instances: [launchedItem(instanceId)],
    });
    const start = startEvent({ instanceId, time: new Date(at + RUNS_AFTER).toISOString(), ...home });
    await Promise.all([
      deliverLaunch(event, clock.random() * 20_000),
      deliverStart(start, RUNS_AFTER + clock.random() * 20_000),
    ]);
  }

  /** Lambda's poller: any of the visible messages, in any order, now and then one of them twice. */
  const readQueue = async (): Promise<void> => {
    while (signals.pending > 0 || queue.length > 0) {
      const visible = isPaused() ? [] : queue.filter(({ visibleAt }) => visibleAt <= clock.now());
      const batch = visible.filter(() => clock.random() < 0.7).toSorted(() => clock.random() - 0.5);
      if (batch.length === 0) {
        const next = Math.min(...queue.map(({ visibleAt }) => visibleAt));
        await clock.sleep(Math.max(1_000, Math.min(minute, next - clock.now())));
        continue;
      }
      for (const message of batch) queue.splice(queue.indexOf(message), 1);
      const dies = clock.random() * 10 < plan.deaths;
      const diesEarly = dies && clock.random() < 0.5;
      const result = await lookAtBatch(batch, { ...enforcement(), maxRounds: 5 }, functionArn);
      // What a dead function logged is there, whatever it did not send.
      outcomes.push(...result.looks.flatMap(({ settlement }) => settlement.outcomes));
      if (!diesEarly) {
        for (const { message } of [...result.notDue, ...result.postponed, ...result.retries]) put(message);
        deadLetters.push(...result.deadLetters.map(({ message }) => message));
      }
      const visibleAt = clock.now() + HIDDEN;
      for (const { messageId, body, failingSince } of batch)
        if (dies || clock.random() < 0.05) queue.push({ messageId, body, failingSince, visibleAt });
    }
  };

  const starts = plan.instances.flatMap(({ startSignals }, index) =>
    startSignals.map(async (after) => signalled(deliverStart(startOf(index), after))),
  );
  const launches = plan.launchSignals.map(async (after) => signalled(deliverLaunch(eventOf(plan), after)));
  await clock.run(Promise.all([...starts, ...launches, readQueue()]));
  return {
    plan,
    fleet,
    outcomes,
    deadLetters,
    relaunched,
    pauses,
    tookHours: (clock.now() - launchedAt) / hour,
  };
}

/** What the group's instances have, as Auto Scaling gives it. */
const ofGroup = { key: 'aws:autoscaling:groupName', value: 'web' } as const;

/** Ended nameless instances from which on the next one is left alone. */
export const RELAUNCH_LIMIT = 3;

/** A group that gets time for its names loops for ever: so long is looked at. */
const MOST_RELAUNCHES = 12;

/** When an instance came to run. */
const RUNS_AFTER = 15_000;

function startOf(index: number): object {
  const time = new Date(launchedAt + RUNS_AFTER).toISOString();
  return startEvent({ instanceId: idOf(index + 1), time, ...home });
}

function instanceOf(
  { quirk, namedAfter }: InstancePlan,
  index: number,
  { launchedBy }: SystemPlan,
): NewInstance {
  const own = launchedBy === 'group' ? [ofGroup] : [];
  const named = [...own, { key: 'Name', value: 'web' }];
  return {
    instanceId: idOf(index + 1),
    firstLaunchedAt: quirk === 'long-launched' ? launchedAt - hour : launchedAt,
    reservationId: 'r-first',
    tags: quirk === 'named' ? named : quirk === 'exempt' ? [...own, { key: 'team', value: '' }] : own,
    protected: quirk === 'protected',
    zone: quirk === 'protected' ? 'b' : 'a',
    managed: quirk === 'managed',
    tagChanges: namedAfter === undefined ? [] : [{ at: launchedAt + namedAfter, tags: named }],
  };
}

/** What was launched long before is not of the launch. */
function eventOf({ instances }: SystemPlan): object {
  const items = instances.flatMap(({ quirk }, index) =>
    quirk === 'long-launched' ? [] : [launchedItem(idOf(index + 1))],
  );
  return launchEvent({
    envelope: home,
    detail: { eventTime: new Date(launchedAt).toISOString() },
    instances: items.length > 0 ? items : [launchedItem(idOf(99))],
  });
}
