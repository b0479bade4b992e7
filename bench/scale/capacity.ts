import type { Durations } from './durations.ts';
import { documentedLimits, launchLimits } from './limits.ts';
import { deliveredConcurrency, killTime } from './scenarios.ts';

/** Something that is shared by all launches of an account and region. */
export interface Capacity {
  readonly resource: string;
  readonly allows: string;
  /** Launches of one instance a second, when this share of them is nameless. */
  readonly launchesPerSecond: (nameless: number) => number;
}

/**
 * Deliveries a second that EventBridge makes to targets, in the smallest regions and in the largest; more come late.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const deliveries = { least: 750, most: 18_750 } as const;

/** What there is, as delivered and with the limits that an account begins with. */
export function capacities(durations: Durations): Capacity[] {
  const { describe, terminate, terminatedInstances } = documentedLimits;
  return [
    {
      resource: 'EC2: `RunInstances`, the launching itself',
      allows: `${launchLimits.calls.refill} calls/s, ${launchLimits.instances.refill} instances/s`,
      launchesPerSecond: () => launchLimits.calls.refill,
    },
    {
      resource: 'EC2: `TerminateInstances`',
      allows: `${terminate.refill} calls/s`,
      launchesPerSecond: ofNameless(terminate.refill),
    },
    {
      resource: 'EC2: instances terminated',
      allows: `${terminatedInstances.refill} instances/s`,
      launchesPerSecond: ofNameless(terminatedInstances.refill),
    },
    {
      resource: 'EC2: `DescribeInstances`',
      allows: `${describe.refill} calls/s`,
      launchesPerSecond: ofNameless(describe.refill),
    },
    {
      resource: 'Lambda: reserved concurrency',
      allows: `${deliveredConcurrency} at a time`,
      launchesPerSecond: (nameless) =>
        deliveredConcurrency / ((1 - nameless) * durations.compliant + nameless * killTime(durations)),
    },
    {
      resource: 'EventBridge: deliveries to targets',
      allows: `${deliveries.least}/s to ${deliveries.most.toLocaleString('en-US')}/s, by region`,
      launchesPerSecond: () => deliveries.least,
    },
  ];
}

/** What is used by nameless launches alone: the fewer of them, the more launches. */
function ofNameless(perSecond: number): (nameless: number) => number {
  return (nameless) => perSecond / nameless;
}
