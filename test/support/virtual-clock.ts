import type { Clock } from '../../src/enforcer/clock.ts';

// Loaded on demand by the enforcer, which no clock can wait for.
await Promise.all([import('../../src/enforcer/find-launch.ts'), import('../../src/enforcer/settle.ts')]);

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** Time that passes only while everybody sleeps, so that hours take no time, and chance that can be repeated. */
export class VirtualClock implements Clock {
  #now: number;
  #chance: number;
  /** In the order of waking; among equals, who slept first wakes first. */
  readonly #sleepers: Sleeper[] = [];

  constructor({ now = Date.UTC(2026, 2, 1, 9), seed = 1 }: { now?: number; seed?: number } = {}) {
    this.#now = now;
    this.#chance = seed;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    const wakesAt = this.#now + milliseconds;
    await new Promise<void>((wake) => {
      const later = this.#sleepers.findIndex((sleeper) => sleeper.wakesAt > wakesAt);
      this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, { wakesAt, wake });
    });
  }

  /** The mulberry32 generator. */
  random(): number {
    this.#chance = (this.#chance + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#chance ^ (this.#chance >>> 15), 1 | this.#chance);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Lets time pass until the work is done. All that the work waits for must sleep by this clock. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (;;) {
      // A turn of the event loop: by then all that is not asleep has come to its end or to its next sleep.
      await new Promise(setImmediate);
      if (done) return settled;
      const next = this.#sleepers.shift();
      if (next === undefined) throw new Error('The work waits for something that is not of this clock');
      this.#now = Math.max(this.#now, next.wakesAt);
      next.wake();
    }
  }
}
