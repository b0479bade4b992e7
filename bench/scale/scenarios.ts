import { callTime, type Durations } from './durations.ts';
import { documentedLimits, raisedFor, type Ec2Limits } from './limits.ts';
import type { Scenario } from './simulate.ts';

/** A scenario, and what about it differs from what is delivered. */
export interface NamedScenario extends Scenario {
  readonly settings: string;
}

/** Reserved concurrency of the template. */
export const deliveredConcurrency = 5;

/** Launches a second, and for how many seconds they go on. */
const storms = [
  { launchesPerSecond: 1, lasts: 600 },
  { launchesPerSecond: 100, lasts: 600 },
  { launchesPerSecond: 10_000, lasts: 60 },
] as const;

/** Shares of nameless launches: where names are the habit, and where nobody gives one. */
const shares = [0.01, 1] as const;

export function scenariosFor(durations: Durations): NamedScenario[] {
  return storms.flatMap((storm) =>
    shares.flatMap((nameless): NamedScenario[] => {
      const rate = storm.launchesPerSecond;
      const needed = concurrencyFor(rate, nameless, durations);
      const variant = (settings: string, reservedConcurrency: number, limits: Ec2Limits): NamedScenario => ({
        ...storm,
        nameless,
        settings,
        reservedConcurrency,
        limits,
        durations,
      });
      const delivered = variant('as delivered', deliveredConcurrency, documentedLimits);
      if (needed <= deliveredConcurrency) return [delivered];
      return [
        delivered,
        variant('more concurrency', needed, documentedLimits),
        variant('and EC2 limits raised', needed, raisedFor(rate * nameless)),
      ];
    }),
  );
}

/** Seconds that an environment is taken by one kill: thinking, two calls of EC2, one of EventBridge. */
export function killTime({ kill }: Durations): number {
  return kill + 2 * callTime.ec2 + callTime.eventBridge;
}

/** Environments that a rate keeps at work on average, and a third more. */
export function concurrencyFor(rate: number, nameless: number, durations: Durations): number {
  const mean = (1 - nameless) * durations.compliant + nameless * killTime(durations);
  return Math.max(deliveredConcurrency, Math.ceil(rate * mean * 1.33));
}
