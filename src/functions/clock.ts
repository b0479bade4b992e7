import type { Clock } from '../enforcer/clock.ts';

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  // By hand: a start would load `node:timers/promises` for it, and most events wait for nothing.
  async sleep(milliseconds) {
    await new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    });
  },
};
