import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantile } from 'simple-statistics';
import { EventQueue } from './event-queue.ts';
import { callTime, type Durations } from './durations.ts';
import { Ec2Calls, newClient, type Client } from './ec2-calls.ts';
import type { Ec2Limits } from './limits.ts';

/** What is simulated: launches of one instance each, at random moments, and then silence until all is settled. */
export interface Scenario {
  readonly launchesPerSecond: number;
  /** Share of the launches that are nameless. */
  readonly nameless: number;
  readonly reservedConcurrency: number;
  readonly limits: Ec2Limits;
  readonly durations: Durations;
  /** Seconds of launches. */
  readonly lasts: number;
}

/** Times are in seconds, from when an event reaches Lambda until its launch is settled. */
export interface SimulationResult {
  readonly launches: number;
  readonly settled: number;
  /** Events that ended in the dead-letter queue. */
  readonly deadLetters: number;
  /** Tries that failed, and were tried again or ended there. */
  readonly failedTries: number;
  readonly throttledCalls: number;
  readonly mostQueued: number;
  /** Most environments at work at once. */
  readonly mostAtWork: number;
  readonly median: number;
  readonly p99: number;
}

/** As the template sets it: seconds that an event may wait, and waits before the second and the third try. */
const EVENT_AGE = 21_600;
const RETRY_AFTER = [60, 120] as const;

/** Seconds after its start that a try gives up: the time-out, less what the handler keeps back. */
const TRY_LASTS = 56;

interface Event {
  readonly arrivedAt: number;
  readonly nameless: boolean;
  tries: number;
}

/** An execution environment of Lambda. */
interface Environment {
  readonly client: Client;
  hasKilled: boolean;
}

/**
 * Runs a scenario from an empty function to the last settled event.
 *
 * Kinder than AWS in one way: Lambda's queue hands the oldest event to the first free environment at once. In truth it
 * asks less often the longer the queue, from every second up to every five minutes.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function simulate(scenario: Scenario, seed = 1): SimulationResult {
  const generator = xoroshiro128plus(seed);
  const random = (): number => uniformFloat64(generator);
  const eventQueue = new EventQueue();
  const ec2 = new Ec2Calls(eventQueue, scenario.limits, random);
  const { durations, nameless, launchesPerSecond, reservedConcurrency, lasts } = scenario;
  const queue: Event[] = [];
  const idle: Environment[] = [];
  const times: number[] = [];
  let [head, atWork, mostAtWork, mostQueued, launches, deadLetters, failedTries] = [0, 0, 0, 0, 0, 0, 0];

  const arrive = (): void => {
    if (eventQueue.now > lasts) return;
    launches += 1;
    enqueue({ arrivedAt: eventQueue.now, nameless: random() < nameless, tries: 0 });
    eventQueue.after(-Math.log(1 - random()) / launchesPerSecond, arrive);
  };

  const enqueue = (event: Event): void => {
    queue.push(event);
    mostQueued = Math.max(mostQueued, queue.length - head);
    work();
  };

  const work = (): void => {
    while (atWork < reservedConcurrency) {
      const event = queue[head];
      if (event === undefined) return;
      head += 1;
      if (eventQueue.now - event.arrivedAt > EVENT_AGE) {
        deadLetters += 1;
        continue;
      }
      atWork += 1;
      mostAtWork = Math.max(mostAtWork, atWork);
      const warm = idle.pop();
      const environment = warm ?? { client: newClient(), hasKilled: false };
      eventQueue.after(warm === undefined ? durations.init : 0, () => invoke(event, environment));
    }
  };

  const invoke = (event: Event, environment: Environment): void => {
    event.tries += 1;
    const end = (settled: boolean): void => {
      atWork -= 1;
      idle.push(environment);
      if (settled) times.push(eventQueue.now - event.arrivedAt);
      else tryAgain(event);
      work();
    };
    if (event.nameless) kill(environment, end);
    else eventQueue.after(durations.compliant, () => end(true));
  };

  const kill = (environment: Environment, end: (settled: boolean) => void): void => {
    const { client, hasKilled } = environment;
    const deadline = eventQueue.now + TRY_LASTS;
    environment.hasKilled = true;
    eventQueue.after(durations.kill + (hasKilled ? 0 : durations.firstKill), () => {
      ec2.describe(client, deadline, (described) => {
        if (!described) end(false);
        else ec2.terminate(client, deadline, (terminated) => notify(terminated, end));
      });
    });
  };

  const notify = (terminated: boolean, end: (settled: boolean) => void): void => {
    if (!terminated) end(false);
    else eventQueue.after(callTime.eventBridge, () => end(true));
  };

  const tryAgain = (event: Event): void => {
    failedTries += 1;
    const wait = RETRY_AFTER[event.tries - 1];
    if (wait === undefined) deadLetters += 1;
    else eventQueue.after(wait, () => enqueue(event));
  };

  eventQueue.after(0, arrive);
  eventQueue.run();
  return {
    launches,
    settled: times.length,
    deadLetters,
    failedTries,
    throttledCalls: ec2.throttled,
    mostQueued,
    mostAtWork,
    median: times.length === 0 ? NaN : quantile(times, 0.5),
    p99: times.length === 0 ? NaN : quantile(times, 0.99),
  };
}
