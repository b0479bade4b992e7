import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantile } from 'simple-statistics';
import { callTime, type Durations } from './durations.ts';
import { EventQueue } from './event-queue.ts';
import { MemberCalls } from './member-calls.ts';
import { WorkQueue } from './work-queue.ts';

/** An organization whose members launch evenly, but one that storms. All launches are nameless, and of one instance. */
export interface HubScenario {
  /** Accounts and regions, the one with the storm included. */
  readonly places: number;
  /** Launches a second in the storm; 0: none. */
  readonly storm: number;
  /** Of all other places together. */
  readonly othersPerSecond: number;
  readonly reservedConcurrency: number;
  readonly secondLookConcurrency: number;
  /** How often one try asks EC2. */
  readonly rounds: number;
  readonly durations: Durations;
  /** Seconds of launches. */
  readonly lasts: number;
}

/** Seconds. */
export interface HubResult {
  /** Launches of the others, from the event's arrival until the instance is dead. */
  readonly others: { readonly median: number; readonly p99: number; readonly longest: number };
  /** How much later than due a second look of the others ended. */
  readonly latestLook: number;
  /** Until the last instance of the storm was dead, from the beginning of the storm. */
  readonly stormOver: number;
  readonly mostAtWork: number;
  readonly deadLetters: number;
}

/** As `template.yaml` and `src/enforcer/write-second-look.ts` have them: seconds, and messages. */
const RETRY_AFTER = [60, 120] as const;
const QUEUE_DELAY = 120;
const [SHORTEST_RETRY, LONGEST_RETRY, TRIED_FOR] = [60, 900, 21_600];
const BATCH = 100;
const BATCHING_WINDOW = 5;

interface Launch {
  readonly place: number;
  readonly arrivedAt: number;
  isDead: boolean;
}

interface Message {
  readonly launch: Launch;
  readonly due: number;
  readonly failingSince?: number;
}

/** Runs a scenario until every instance is dead, or a dead letter. Kind in the same way as `simulate`. */
export function simulateHub(scenario: HubScenario, seed = 1): HubResult {
  const generator = xoroshiro128plus(seed);
  const random = (): number => uniformFloat64(generator);
  const { places, storm, othersPerSecond, durations, lasts } = scenario;
  const queue = new EventQueue();
  const ec2 = new MemberCalls(queue, random, scenario.rounds);
  const times: number[] = [];
  let [latestLook, stormOver, deadLetters] = [0, 0, 0];

  const die = (launch: Launch): void => {
    if (launch.isDead) return;
    launch.isDead = true;
    if (launch.place === 0) stormOver = queue.now;
    else times.push(queue.now - launch.arrivedAt);
  };

  const enforcer = new WorkQueue(queue, scenario.reservedConcurrency, durations.init);
  const enforce = (launch: Launch, tries = 1): void => {
    enforcer.add(({ sessions, isNew }, done) => {
      const thinks = durations.kill + (isNew ? durations.firstKill : 0);
      const opens = sessions.has(launch.place) ? 0 : callTime.sts;
      sessions.add(launch.place);
      queue.after(thinks + opens, () =>
        ec2.kill(launch.place, [launch], (killed) => {
          if (!killed) {
            const wait = RETRY_AFTER[tries - 1];
            if (wait === undefined) send({ launch, due: queue.now + QUEUE_DELAY });
            else queue.after(wait, () => enforce(launch, tries + 1));
            done();
            return;
          }
          die(launch);
          queue.after(callTime.eventBridge, done);
        }),
      );
    });
  };

  const looker = new WorkQueue(queue, scenario.secondLookConcurrency, durations.init);
  let batch: Message[] = [];
  const send = (message: Message): void =>
    queue.after(message.due - queue.now, () => {
      batch.push(message);
      if (batch.length === 1) queue.after(BATCHING_WINDOW, flush(batch));
      if (batch.length === BATCH) flush(batch)();
    });
  /** Once for each batch, whether it is full or its time has come. */
  const flush = (full: Message[]) => (): void => {
    if (full !== batch) return;
    batch = [];
    look(full);
  };
  const look = (messages: readonly Message[]): void => {
    looker.add(({ sessions }, done) => {
      const byPlace = [...Map.groupBy(messages, ({ launch }) => launch.place)];
      const opens = byPlace.some(([place]) => !sessions.has(place)) ? callTime.sts : 0;
      for (const [place] of byPlace) sessions.add(place);
      let left = byPlace.length;
      const ofPlace = (place: number, asked: readonly Message[]): void => {
        const alive = asked.flatMap(({ launch }) => (launch.isDead ? [] : [launch]));
        ec2.kill(place, alive, (killed) => {
          if (killed) alive.forEach(die);
          else asked.filter(({ launch }) => !launch.isDead).forEach(again);
          left -= 1;
          if (left > 0) return;
          for (const { launch, due } of messages)
            if (launch.place !== 0) latestLook = Math.max(latestLook, queue.now - due);
          queue.after(callTime.eventBridge, done);
        });
      };
      queue.after(durations.kill + opens, () => byPlace.forEach((one) => ofPlace(...one)));
    });
  };
  const again = ({ launch, failingSince = queue.now }: Message): void => {
    const failing = queue.now - failingSince;
    const wait = Math.min(LONGEST_RETRY, Math.max(SHORTEST_RETRY, failing));
    if (failing < TRIED_FOR) send({ launch, due: queue.now + wait, failingSince });
    else deadLetters += 1;
  };

  const arrive = (perSecond: number, place: () => number): void => {
    const wait = -Math.log(1 - random()) / perSecond;
    if (perSecond === 0 || queue.now + wait > lasts) return;
    queue.after(wait, () => {
      const launch = { place: place(), arrivedAt: queue.now, isDead: false };
      enforce(launch);
      send({ launch, due: queue.now + QUEUE_DELAY });
      arrive(perSecond, place);
    });
  };
  arrive(storm, () => 0);
  arrive(places > 1 ? othersPerSecond : 0, () => 1 + Math.floor(random() * (places - 1)));
  queue.run();
  const waited = times.length === 0 ? [NaN] : times;
  const [median, p99, longest] = [0.5, 0.99, 1].map((share) => quantile(waited, share));
  return {
    others: { median: median ?? NaN, p99: p99 ?? NaN, longest: longest ?? NaN },
    latestLook,
    stormOver,
    mostAtWork: enforcer.mostAtWork,
    deadLetters,
  };
}
