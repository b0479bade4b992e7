import { enforceLaunch } from '../../../src/enforcer/enforce-launch.ts';
import { readLaunch } from '../../../src/enforcer/read-launch.ts';
import { settlementError } from '../../../src/enforcer/left-open.ts';
import type { Settlement } from '../../../src/enforcer/settlement.ts';
import { InMemoryFleet } from '../in-memory-fleet.ts';
import { launchedAt } from '../launches.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { Schedule } from './schedule.ts';
import { WatchedFleet } from './watched-fleet.ts';
import { bystanders, home, launchesOf } from './ec2-state.ts';
import type { ModelLaunch } from './ec2-state.ts';

/** One try of the function at one event. */
export interface Attempt {
  readonly settlement: Settlement;
  /** What the function throws. */
  readonly error: Error | undefined;
  readonly watched: WatchedFleet;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly deadline: number;
  /** Instances that were down when the attempt ended. */
  readonly dead: ReadonlySet<string>;
}

/** All that became of one delivery of an event. The last attempt's error, if any, is in the dead-letter queue. */
export interface Delivery {
  readonly launch: ModelLaunch;
  readonly attempts: readonly Attempt[];
  readonly last: Attempt;
}

export interface Run {
  readonly schedule: Schedule;
  readonly fleet: InMemoryFleet;
  readonly deliveries: readonly Delivery[];
}

/** The key that makes an instance exempt in every schedule. */
export const exemptTagKey = 'team';

/** Lambda's waits before the second and the third attempt, in milliseconds. */
const RETRY_WAITS = [60_000, 120_000];

/** Lets a schedule happen: all launches, deliveries and retries at their times, side by side. */
export async function runSchedule(schedule: Schedule): Promise<Run> {
  const { seed, limits, callTime, faults, outages } = schedule;
  const clock = new VirtualClock({ now: launchedAt, seed });
  const launches = launchesOf(schedule);
  const own = launches.filter(({ plan }) => !plan.isForeign);
  const fleet = new InMemoryFleet({
    clock,
    instances: [...bystanders, ...own.flatMap((launch) => launch.instances)],
    limits,
    callTime,
    faults,
    outages: outages.map(({ after, lasts, kind }) => ({
      from: launchedAt + after,
      until: launchedAt + after + lasts,
      kind,
    })),
  });
  const deliveries = launches.flatMap((launch) =>
    launch.plan.deliveredAfter.map(async (after) => {
      await clock.sleep(after);
      return deliver(launch, schedule, fleet, clock);
    }),
  );
  return { schedule, fleet, deliveries: await clock.run(Promise.all(deliveries)) };
}

async function deliver(
  launch: ModelLaunch,
  schedule: Schedule,
  fleet: InMemoryFleet,
  clock: VirtualClock,
): Promise<Delivery> {
  const attempts: Attempt[] = [];
  // Its tries meet the same warm process.
  const knownProtected = new Map<string, string>();
  let last = await attempt(launch, schedule, fleet, clock, knownProtected);
  attempts.push(last);
  for (const wait of RETRY_WAITS) {
    if (last.error === undefined) break;
    await clock.sleep(wait);
    last = await attempt(launch, schedule, fleet, clock, knownProtected);
    attempts.push(last);
  }
  return { launch, attempts, last };
}

async function attempt(
  { event, instances }: ModelLaunch,
  { mode, timeout }: Schedule,
  fleet: InMemoryFleet,
  clock: VirtualClock,
  knownProtected: Map<string, string>,
): Promise<Attempt> {
  const startedAt = clock.now();
  const deadline = startedAt + timeout;
  const watched = new WatchedFleet(fleet);
  const launch = readLaunch(event);
  if (launch.kind === 'ignored') throw new Error(`The launch was ignored: ${launch.reason}`);
  const exemptTagKeys = new Set([exemptTagKey]);
  const settlement = await enforceLaunch(launch, {
    fleet: watched,
    clock,
    deadline,
    mode,
    serviceLaunchMode: mode,
    relaunchLimit: 3,
    exemptTagKeys,
    home,
    knownProtected,
  });
  return {
    settlement,
    error: settlementError(launch.source, settlement),
    watched,
    startedAt,
    endedAt: clock.now(),
    deadline,
    dead: new Set(instances.map(({ instanceId }) => instanceId).filter((id) => fleet.isDead(id))),
  };
}
