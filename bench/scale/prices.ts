import { readFileSync } from 'node:fs';
import { rowOf, type Results } from '../report/results.ts';
import type { Durations } from './durations.ts';
import { killTime } from './scenarios.ts';

/**
 * List prices of us-east-1 in US dollars, free tiers left out.
 * - Lambda, arm64: https://aws.amazon.com/lambda/pricing/
 * - CloudWatch: https://aws.amazon.com/cloudwatch/pricing/
 * - SQS, standard queues: https://aws.amazon.com/sqs/pricing/
 * - EventBridge, where events of AWS's own services cost nothing: https://aws.amazon.com/eventbridge/pricing/
 */
export const prices = {
  asOf: 'November 2026',
  request: 0.2e-6,
  /** By GB-seconds a month: the price up to each bound. */
  gbSecond: [
    { upTo: 7.5e9, price: 0.0000133334 },
    { upTo: 18.75e9, price: 0.0000120001 },
    { upTo: Infinity, price: 0.0000106667 },
  ],
  /** By GB a month, for the logs of functions. */
  logGb: [
    { upTo: 10_240, price: 0.5 },
    { upTo: 30_720, price: 0.25 },
    { upTo: 51_200, price: 0.1 },
    { upTo: Infinity, price: 0.05 },
  ],
  metric: 0.3,
  alarm: 0.1,
  customEvent: 1e-6,
  queueRequest: 0.4e-6,
} as const;

const template = readFileSync(new URL('../../template.yaml', import.meta.url), 'utf8');

const countOf = (type: RegExp): number => [...template.matchAll(type)].length;

/** The alarms of a stack, each on one metric, and those that a hub has beside them. */
export const alarms = countOf(/Type: AWS::CloudWatch::Alarm\n(?! +Condition:)/g);
export const alarmsOfHub = countOf(/Type: AWS::CloudWatch::Alarm\n +Condition: IsHub\n/g);

/** The function's metrics: the dashboard shows all of them. */
export const metrics = new Set(
  [...template.matchAll(/"Ec2NameTagEnforcer", "(\w+)"/g)].map(([, name]) => name),
).size;

/**
 * Metrics that launches publish when nothing goes wrong: LaunchesListed and SecondsToSettlement; InstancesSpared of
 * named ones; InstancesTerminated and NoticesSent of nameless ones.
 */
const published = { byAll: 2, byNamed: 1, byNameless: 2 } as const;

/** Lines of Lambda's own for each invocation, and what CloudWatch adds to each line, in bytes; roughly. */
export const ownLogBytes = 700;

export const SECONDS_A_MONTH = 2_628_000;

/** US dollars a month. */
export interface MonthlyCost {
  readonly requests: number;
  readonly compute: number;
  readonly logs: number;
  readonly notices: number;
  readonly metrics: number;
  readonly alarms: number;
}

/** @param memory MB */
export function monthlyCost(
  results: Results,
  durations: Durations,
  memory: number,
  launchesPerSecond: number,
  nameless: number,
): MonthlyCost {
  const launches = launchesPerSecond * SECONDS_A_MONTH;
  const logBytes = (caseName: string): number => rowOf(results, caseName, 'enforcer').logBytes + ownLogBytes;
  const mix = (compliant: number, kill: number): number => (1 - nameless) * compliant + nameless * kill;
  const seconds = mix(billed(durations.compliant), billed(killTime(durations)));
  const bytes = mix(logBytes('warm compliant'), logBytes('warm kill, with a notice'));
  return {
    requests: launches * prices.request,
    compute: tiered(launches * seconds * (memory / 1_024), prices.gbSecond),
    logs: tiered((launches * bytes) / 1e9, prices.logGb),
    notices: launches * nameless * prices.customEvent,
    metrics:
      prices.metric *
      (published.byAll * hoursWith(launchesPerSecond) +
        published.byNamed * hoursWith(launchesPerSecond * (1 - nameless)) +
        published.byNameless * hoursWith(launchesPerSecond * nameless)),
    alarms: alarms * prices.alarm,
  };
}

/** Share of the hours in which something happens that comes at random, so often a second. A metric is paid by the hour. */
export function hoursWith(perSecond: number): number {
  return 1 - Math.exp(-3_600 * perSecond);
}

/** Lambda rounds each invocation up to the next millisecond. @param seconds as it takes @returns seconds as they are paid */
export function billed(seconds: number): number {
  return Math.ceil(seconds * 1_000) / 1_000;
}

export function total(cost: MonthlyCost): number {
  return cost.requests + cost.compute + cost.logs + cost.notices + cost.metrics + cost.alarms;
}

/** The price of an amount of which each part up to a bound has its own price. */
export function tiered(amount: number, tiers: readonly { upTo: number; price: number }[]): number {
  let cost = 0;
  let from = 0;
  for (const { upTo, price } of tiers) {
    cost += Math.max(0, Math.min(amount, upTo) - from) * price;
    from = upTo;
  }
  return cost;
}
