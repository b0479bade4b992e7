import type { EventQueue } from './event-queue.ts';
import { callTime } from './durations.ts';
import type { Ec2Limits } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** The AWS SDK in one environment: what it may still spend on second tries. */
export interface Client {
  retryTokens: number;
}

/** Attempts of one call, as in `src/aws/ec2-fleet.ts`. */
const ATTEMPTS = 10;

/**
 * How the SDK's standard mode tries again after throttling: after a random part of 1 s, doubled each time up to 20 s, for
 * 5 of the client's 500 tokens. A success gives the last 5 back, or one if it came at once.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const RETRY = { base: 1, longest: 20, cost: 5, tokens: 500 } as const;

export function newClient(): Client {
  return { retryTokens: RETRY.tokens };
}

/** EC2's API of one account and region, with its limits. */
export class Ec2Calls {
  /** Calls that were refused. */
  throttled = 0;
  readonly #queue: EventQueue;
  readonly #random: () => number;
  readonly #buckets: { readonly [Name in keyof Ec2Limits]: TokenBucket };

  constructor(queue: EventQueue, limits: Ec2Limits, random: () => number) {
    this.#queue = queue;
    this.#random = random;
    this.#buckets = {
      describe: new TokenBucket(limits.describe),
      terminate: new TokenBucket(limits.terminate),
      terminatedInstances: new TokenBucket(limits.terminatedInstances),
    };
  }

  describe(client: Client, deadline: number, done: (answered: boolean) => void): void {
    this.#call([this.#buckets.describe], client, deadline, done);
  }

  /** Of one instance. */
  terminate(client: Client, deadline: number, done: (answered: boolean) => void): void {
    this.#call([this.#buckets.terminate, this.#buckets.terminatedInstances], client, deadline, done);
  }

  #call(
    buckets: readonly TokenBucket[],
    client: Client,
    deadline: number,
    done: (answered: boolean) => void,
    retries = 0,
  ): void {
    const queue = this.#queue;
    queue.after(callTime.ec2, () => {
      if (buckets.every((bucket) => bucket.holds(1, queue.now))) {
        for (const bucket of buckets) bucket.take(1);
        const back = retries > 0 ? RETRY.cost : 1;
        client.retryTokens = Math.min(RETRY.tokens, client.retryTokens + back);
        done(true);
        return;
      }
      this.throttled += 1;
      const wait = this.#random() * Math.min(RETRY.longest, RETRY.base * 2 ** retries);
      if (retries + 1 >= ATTEMPTS || client.retryTokens < RETRY.cost || queue.now + wait > deadline) {
        done(false);
        return;
      }
      client.retryTokens -= RETRY.cost;
      queue.after(wait, () => this.#call(buckets, client, deadline, done, retries + 1));
    });
  }
}
