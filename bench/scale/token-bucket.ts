/** How many calls, or instances, EC2 takes at once, and how many more each second. */
export interface BucketLimit {
  readonly capacity: number;
  readonly refill: number;
}

/**
 * A bucket that EC2 takes a token from for each call, and refuses the call when there is none.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export class TokenBucket {
  readonly #limit: BucketLimit;
  #tokens: number;
  #filledAt = 0;

  constructor(limit: BucketLimit) {
    this.#limit = limit;
    this.#tokens = limit.capacity;
  }

  /** @param now seconds, never less than before */
  holds(tokens: number, now: number): boolean {
    const { capacity, refill } = this.#limit;
    this.#tokens = Math.min(capacity, this.#tokens + (now - this.#filledAt) * refill);
    this.#filledAt = now;
    // Sums of fractions of a second fall short of a whole token by less than this.
    return this.#tokens + 1e-9 >= tokens;
  }

  take(tokens: number): void {
    this.#tokens -= tokens;
  }
}
