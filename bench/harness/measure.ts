import { median } from 'simple-statistics';
import type { Case } from './cases.ts';
import { openEventBus } from './event-bus.ts';
import { functionEnvironment } from './function-environment.ts';
import { openLaunchSite, type LaunchSite, type MadeLaunch } from './launches.ts';
import type { RunningFunction } from './running-function.ts';
import type { Start, SubjectName } from './subjects.ts';

/** One subject's share in one case of one round. */
export interface Sample {
  /** Milliseconds of wall time for one event. Cold: from before the process is made to the answer. */
  readonly wall: number;
  /** Milliseconds of CPU time for one event. Cold: the start of the process included. */
  readonly cpu: number;
  /** MB, of the whole process. */
  readonly peakMemory: number;
  /** Calls of EC2 for one event. */
  readonly ec2Calls: number;
  /** Bytes logged for one event. */
  readonly logBytes: number;
}

/** Events of a warm process that are not measured, and those that are. */
export interface WarmEvents {
  readonly before: number;
  readonly measured: number;
}

/**
 * Runs one subject through one case, with an EC2 of its own.
 *
 * @throws Error when what the case is about did not happen: then there is nothing to measure
 */
export async function measure(
  subject: SubjectName,
  start: Start,
  measuredCase: Case,
  usualEvents: WarmEvents,
): Promise<Sample> {
  const measured = measuredCase.events ?? usualEvents.measured;
  const events = { before: Math.min(usualEvents.before, measured), measured };
  const site = await openLaunchSite();
  const bus = await openEventBus();
  const launches: MadeLaunch[] = [];
  const count = measuredCase.start === 'cold' ? 1 : events.before + events.measured;
  while (launches.length < count) launches.push(await site.launch(measuredCase.launch));
  const environment = functionEnvironment({
    ec2: site.endpoint.url,
    eventBridge: measuredCase.notice === undefined ? undefined : bus.url,
  });
  let running: RunningFunction | undefined;
  try {
    const began = performance.now();
    running = await start(environment);
    const sample =
      measuredCase.start === 'cold'
        ? await measureCold(running, site, launches, began)
        : await measureWarm(running, site, launches, events);
    checkFates(subject, measuredCase, site, launches, bus.calls());
    return sample;
  } finally {
    await running?.close();
    await site.endpoint.close();
    bus.close();
  }
}

async function measureCold(
  running: RunningFunction,
  site: LaunchSite,
  [launch]: readonly MadeLaunch[],
  began: number,
): Promise<Sample> {
  await settle(running, launch);
  const wall = performance.now() - began;
  const usage = await running.usage();
  return { wall, ...usage, ec2Calls: site.calls(), logBytes: running.logged() };
}

async function measureWarm(
  running: RunningFunction,
  site: LaunchSite,
  launches: readonly MadeLaunch[],
  { before, measured }: WarmEvents,
): Promise<Sample> {
  for (const launch of launches.slice(0, before)) await settle(running, launch);
  const usedBefore = await running.usage();
  const callsBefore = site.calls();
  const loggedBefore = running.logged();
  const walls: number[] = [];
  for (const launch of launches.slice(before)) {
    const began = performance.now();
    await settle(running, launch);
    walls.push(performance.now() - began);
  }
  const { cpu, peakMemory } = await running.usage();
  return {
    wall: median(walls),
    cpu: (cpu - usedBefore.cpu) / measured,
    peakMemory,
    ec2Calls: (site.calls() - callsBefore) / measured,
    logBytes: (running.logged() - loggedBefore) / measured,
  };
}

async function settle(running: RunningFunction, launch: MadeLaunch | undefined): Promise<void> {
  if (launch === undefined) throw new Error('Expected a launch to settle.');
  const error = await running.invoke(launch.event);
  if (error !== undefined) throw new Error(`Expected the function to answer, it threw: ${error}`);
}

function checkFates(
  subject: SubjectName,
  { name, launch, notice }: Case,
  site: LaunchSite,
  launches: readonly MadeLaunch[],
  notices: number,
): void {
  const alive = launches.reduce((sum, made) => sum + site.alive(made), 0);
  const idle = launch.named || subject === 'empty';
  const expected = idle ? launch.instances * launches.length : 0;
  const expectedNotices = idle || notice === undefined ? 0 : launches.length;
  if (alive === expected && notices === expectedNotices) return;
  throw new Error(
    `${name}: expected ${expected} instances alive and ${expectedNotices} notices after the ${subject}, ` +
      `found ${alive} and ${notices}.`,
  );
}
