import { callTime } from './durations.ts';
import type { EventQueue } from './event-queue.ts';
import { documentedLimits, type Ec2Limits } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** Seconds, as in `src/enforcer/backoff.ts`. */
const [FIRST_WAIT, LONGEST_WAIT] = [0.2, 5];

/** Seconds after its start that a try gives up: the time-out, less what the handler keeps back. */
const TRY_LASTS = 56;

type Buckets = { readonly [Name in keyof Ec2Limits]: TokenBucket };

/** EC2 in each account and region, with the limits that each has for itself, asked round by round as `settle` does. */
export class MemberCalls {
  readonly #queue: EventQueue;
  readonly #random: () => number;
  readonly #rounds: number;
  readonly #buckets = new Map<number, Buckets>();

  /** @param rounds how often one try asks */
  constructor(queue: EventQueue, random: () => number, rounds: number) {
    this.#queue = queue;
    this.#random = random;
    this.#rounds = rounds;
  }

  /**
   * Reads the tags of instances and terminates them: one call each, for at most 200 instances.
   *
   * @param instances those alive; with none, their tags are read alone
   * @param done whether EC2 took the calls, in one round or another
   */
  kill(place: number, instances: readonly unknown[], done: (killed: boolean) => void): void {
    this.#round(this.#bucketsOf(place), instances.length, 1, this.#queue.now + TRY_LASTS, done);
  }

  #round(
    buckets: Buckets,
    count: number,
    round: number,
    deadline: number,
    done: (killed: boolean) => void,
  ): void {
    const again = (): void => {
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (round - 1)) * (1 - this.#random() / 2);
      if (round >= this.#rounds || this.#queue.now + wait >= deadline) done(false);
      else this.#queue.after(wait, () => this.#round(buckets, count, round + 1, deadline, done));
    };
    this.#queue.after(callTime.ec2, () => {
      if (!this.#takes([[buckets.describe, 1]])) again();
      else if (count === 0) done(true);
      else
        this.#queue.after(callTime.ec2, () => {
          const terminates = this.#takes([
            [buckets.terminate, 1],
            [buckets.terminatedInstances, count],
          ]);
          if (terminates) done(true);
          else again();
        });
    });
  }

  #takes(wanted: readonly (readonly [TokenBucket, number])[]): boolean {
    if (!wanted.every(([bucket, tokens]) => bucket.holds(tokens, this.#queue.now))) return false;
    for (const [bucket, tokens] of wanted) bucket.take(tokens);
    return true;
  }

  #bucketsOf(place: number): Buckets {
    const held = this.#buckets.get(place);
    if (held !== undefined) return held;
    const { describe, terminate, terminatedInstances } = documentedLimits;
    const buckets = {
      describe: new TokenBucket(describe),
      terminate: new TokenBucket(terminate),
      terminatedInstances: new TokenBucket(terminatedInstances),
    };
    this.#buckets.set(place, buckets);
    return buckets;
  }
}
