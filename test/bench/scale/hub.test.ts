import { describe, expect, it } from 'vitest';
import { simulateHub, type HubScenario } from '../../../bench/scale/hub.ts';

const calm: HubScenario = {
  places: 100,
  storm: 0,
  othersPerSecond: 2,
  reservedConcurrency: 60,
  secondLookConcurrency: 10,
  rounds: 2,
  durations: { init: 0.3, compliant: 0.005, kill: 0.03, firstKill: 0.4 },
  lasts: 300,
};
const storm = { ...calm, storm: 20 };

describe('simulateHub', () => {
  it('settles what members launch at once, and looks again within a batching window', () => {
    const { others, latestLook, deadLetters } = simulateHub(calm);

    // A new environment, its first clients, a session; thinking, and two calls of EC2.
    expect(others.longest).toBeCloseTo(0.3 + 0.4 + 0.1 + 0.03 + 2 * 0.15, 6);
    expect(latestLook).toBeLessThan(8);
    expect(deadLetters).toBe(0);
  });

  it('lets nobody wait for a storm that EC2 throttles, though the storm lasts', () => {
    const { others, stormOver } = simulateHub(storm);

    expect(stormOver).toBeGreaterThan(calm.lasts);
    expect(others.longest).toBeLessThan(10);
  });

  it('lets them wait where tries ask until their time is up, or where there are too few environments', () => {
    expect(simulateHub({ ...storm, rounds: Infinity }).others.longest).toBeGreaterThan(60);
    expect(simulateHub({ ...storm, reservedConcurrency: 5 }).others.longest).toBeGreaterThan(60);
  });

  it('terminates the storm no faster than EC2 lets it, 1,000 at once and 20 a second', () => {
    const { stormOver } = simulateHub({ ...storm, storm: 100 });

    expect(stormOver).toBeGreaterThan((100 * calm.lasts * 0.95 - 1_000) / 20);
  });

  it('is the same when run again', () => {
    expect(simulateHub(storm, 7)).toEqual(simulateHub(storm, 7));
  });
});
