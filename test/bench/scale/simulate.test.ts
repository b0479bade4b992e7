import { assert, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentedLimits, raisedFor } from '../../../bench/scale/limits.ts';
import { simulate, type Scenario } from '../../../bench/scale/simulate.ts';

const delivered: Scenario = {
  launchesPerSecond: 1,
  nameless: 1,
  reservedConcurrency: 5,
  limits: documentedLimits,
  durations: { init: 0.3, compliant: 0.005, kill: 0.03, firstKill: 0.4 },
  lasts: 120,
};

describe('simulate', () => {
  it('settles each launch at once when there is enough of everything', () => {
    const result = simulate(delivered);

    expect(result).toMatchObject({ deadLetters: 0, failedTries: 0, throttledCalls: 0 });
    expect(result.settled).toBe(result.launches);
    // Thinking, two calls of EC2 and one of EventBridge.
    expect(result.median).toBeCloseTo(0.03 + 2 * 0.15 + 0.05, 6);
  });

  it('kills no faster than EC2 lets it', () => {
    const storm = { ...delivered, launchesPerSecond: 40, lasts: 60 };
    const result = simulate(storm);

    expect(result.throttledCalls).toBeGreaterThan(0);
    // 100 at once and 5 a second: the last of some 2,400 is settled after more than seven minutes.
    expect(result.p99).toBeGreaterThan((result.launches - 100) / 5 - 60 - 30);
  });

  it('makes dead letters when more environments ask than EC2 answers, and none when EC2 answers more', () => {
    const storm = { ...delivered, launchesPerSecond: 100, lasts: 120, reservedConcurrency: 60 };

    expect(simulate(storm).deadLetters).toBeGreaterThan(0);
    expect(simulate({ ...storm, limits: raisedFor(100) }).deadLetters).toBe(0);
  });

  it('loses no launch and is the same when run again, whatever the scenario', () => {
    const scenarios = record({
      launchesPerSecond: integer({ min: 1, max: 200 }),
      nameless: double({ min: 0, max: 1, noNaN: true }),
      reservedConcurrency: integer({ min: 1, max: 100 }),
      lasts: integer({ min: 1, max: 30 }),
      seed: integer(),
    });

    assert(
      property(scenarios, ({ seed, ...some }) => {
        const result = simulate({ ...delivered, ...some }, seed);

        expect(result.settled + result.deadLetters).toBe(result.launches);
        expect(result.mostAtWork).toBeLessThanOrEqual(some.reservedConcurrency);
        expect(simulate({ ...delivered, ...some }, seed)).toEqual(result);
      }),
      { numRuns: 50 },
    );
  });
});
