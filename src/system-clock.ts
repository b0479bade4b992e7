import { setTimeout } from 'node:timers/promises';
import type { Clock } from './enforcer/clock.ts';

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  async sleep(milliseconds) {
    await setTimeout(milliseconds);
  },
};
