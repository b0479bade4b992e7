import { median } from 'simple-statistics';
import type { Case } from './cases.ts';
import type { RunningFunction } from './processes.ts';
import { openServices, type MadeLaunch, type Services } from './services.ts';
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

/** One subject in one case: a sample a round, in the order of the rounds. */
export interface Series {
  readonly subject: SubjectName;
  readonly measuredCase: Case;
  readonly samples: Sample[];
}

/**
 * Runs all subjects through all cases, round by round, so that whatever else the machine does falls on all alike. The
 * order turns from round to round. One more round goes ahead and is dropped: it warms the disk's cache.
 */
export async function runRounds(
  rounds: number,
  starts: ReadonlyMap<SubjectName, Start>,
  cases: readonly Case[],
  events: WarmEvents,
  onRound: (round: number) => void,
): Promise<Series[]> {
  const series = cases.flatMap((measuredCase) =>
    measuredCase.subjects
      .filter((subject) => starts.has(subject))
      .map((subject): Series => ({ subject, measuredCase, samples: [] })),
  );
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    const turn = (round * 7) % series.length;
    for (const { subject, measuredCase, samples } of [...series.slice(turn), ...series.slice(0, turn)]) {
      const start = starts.get(subject);
      if (start === undefined) continue;
      const sample = await measure(subject, start, measuredCase, events);
      if (round > 0) samples.push(sample);
    }
  }
  return series;
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
  const before = measuredCase.start === 'cold' ? 0 : Math.min(usualEvents.before, measured);
  const services = await openServices();
  const launches: MadeLaunch[] = [];
  const count = measuredCase.start === 'cold' ? 1 : before + measured;
  while (launches.length < count) launches.push(await services.launch(measuredCase.launch));
  const environment = services.environment(measuredCase.notice === true);
  let running: RunningFunction | undefined;
  try {
    const began = performance.now();
    running = await start(environment);
    const sample =
      measuredCase.start === 'cold'
        ? await measureCold(running, services, launches, began)
        : await measureWarm(running, services, launches, before);
    checkThatItHappened(subject, measuredCase, services, launches);
    return sample;
  } finally {
    await running?.close();
    await services.close();
  }
}

async function measureCold(
  running: RunningFunction,
  services: Services,
  launches: readonly MadeLaunch[],
  began: number,
): Promise<Sample> {
  for (const launch of launches) await settle(running, launch);
  const wall = performance.now() - began;
  const usage = await running.usage();
  return { wall, ...usage, ec2Calls: services.ec2Calls(), logBytes: running.takeLogBytes() };
}

async function measureWarm(
  running: RunningFunction,
  services: Services,
  launches: readonly MadeLaunch[],
  before: number,
): Promise<Sample> {
  for (const launch of launches.slice(0, before)) await settle(running, launch);
  const usedBefore = await running.usage();
  const callsBefore = services.ec2Calls();
  running.takeLogBytes();
  const walls: number[] = [];
  for (const launch of launches.slice(before)) {
    const began = performance.now();
    await settle(running, launch);
    walls.push(performance.now() - began);
  }
  const { cpu, peakMemory } = await running.usage();
  return {
    wall: median(walls),
    cpu: (cpu - usedBefore.cpu) / walls.length,
    peakMemory,
    ec2Calls: (services.ec2Calls() - callsBefore) / walls.length,
    logBytes: running.takeLogBytes() / walls.length,
  };
}

async function settle(running: RunningFunction, { event }: MadeLaunch): Promise<void> {
  const error = await running.invoke(event);
  if (error !== undefined) throw new Error(`Expected the function to answer, it threw: ${error}`);
}

function checkThatItHappened(
  subject: SubjectName,
  { name, launch, notice }: Case,
  services: Services,
  launches: readonly MadeLaunch[],
): void {
  const alive = launches.reduce((sum, made) => sum + services.alive(made), 0);
  const notices = services.notices();
  const idle = launch.named || subject === 'empty';
  const expected = idle ? launch.instances * launches.length : 0;
  const expectedNotices = idle || notice === undefined ? 0 : launches.length;
  if (alive === expected && notices === expectedNotices) return;
  throw new Error(
    `${name}: expected ${expected} instances alive and ${expectedNotices} notices after the ${subject}, ` +
      `found ${alive} and ${notices}.`,
  );
}
