import { markdownTable } from 'markdown-table';
import { figure } from '../report/targets.ts';
import type { Results } from '../report/results.ts';
import { ROUNDS_IN_HUB } from '../../src/enforcer/fleets.ts';
import { deliveries } from './capacity.ts';
import { callTime, type Durations } from './durations.ts';
import { simulateHub, type HubScenario } from './hub.ts';
import { alarmsOfHub, monthlyCost, prices, SECONDS_A_MONTH, total } from './prices.ts';
import { deliveredConcurrency, killTime } from './scenarios.ts';
import { batchTime, secondSignalCost, totalOfSecondSignal } from './second-signal.ts';

/** What this page advises for a hub. */
const advised = { reservedConcurrency: 250, secondLookConcurrency: 20 } as const;
const delivered = { reservedConcurrency: deliveredConcurrency, secondLookConcurrency: 2 } as const;

const sizes = [1, 100, 1_700] as const;
const storms = [2, 10, 100] as const;
const A_MINUTE = 1 / 60;
const TEN_A_DAY = 10 / 86_400;

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const seconds = (value: number): string => {
  if (Number.isNaN(value)) return 'none';
  return value < 120 ? `${figure(value)} s` : `${figure(value / 60)} min`;
};
const dollars = (value: number): string => `$${value < 100 ? value.toFixed(2) : count(value)}`;

/** The part of `docs/scale.md` that is about an organization. */
export function hubPage(results: Results, durations: Durations, memory: number): string {
  return `## An organization

A hub settles the launches of many accounts and regions ([organization.md](organization.md)). EC2's limits are of each of them,
and its own concurrency is of all: so it asks EC2 ${ROUNDS_IN_HUB} times in a try and no more. What EC2 throttles in one member comes
again, by Lambda's retries and then by the second-look queue, and no environment waits for it.

### A storm in one of them

Simulated as above: each place (an account and region) launches one nameless instance a minute, and one place storms for ten
minutes. EC2 has its documented limits in each. The role of each place is taken on anew in each environment, for ${callTime.sts * 1000} ms.

${stormTable(durations)}

- *Waiting in the function* is what a stack that is no hub does: it asks until its time is up. It is here to show why a hub does not.
- *Others* are launches in all other places, from the event's arrival until the instance is dead. Where they wait for two minutes, it
  is their second look that ends them. *Latest look* is how much later than due a second look of theirs ended, the five seconds
  of a batching window included.
- Two launches a second are the most that EC2 takes in an account that has its first limits. The others had theirs raised for
  launches, and not for terminations: then the storm's own instances live until EC2 takes their terminations.
- An EC2 that does not answer at all, in one region, holds an environment for eight seconds a call: so long, its launches
  count like ${count((ROUNDS_IN_HUB * 8) / killTime(durations))} others.

**With \`ReservedConcurrency\` ${advised.reservedConcurrency} and \`SecondLookConcurrency\` ${advised.secondLookConcurrency} nobody waits for another's storm.** As a rule: half of the
nameless launches a second of all members, and two for each launch a second of the worst storm. It is reserved from the
account's own concurrency, 1,000 at first: one more reason for an account of its own.

### What saturates first in the hub

${saturationTable(results, durations)}

STS allows [600 calls a second](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html) in an account and region. An
environment calls it once an hour for each account: ${advised.reservedConcurrency + advised.secondLookConcurrency} environments and 100 accounts are at most ${figure(((advised.reservedConcurrency + advised.secondLookConcurrency) * 100) / 3_600)} a second.

### What it costs a month, against a stack in each place

${costTable(results, durations, memory)}

- Of the launches, 1 % are nameless. *Rules of members* are the events that their rules send to the hub, two for each launch, which
  EventBridge charges the members for, at $${(prices.customEvent * 1e6).toFixed(2)} a million.
- A stack in each place pays for its alarms, its metrics and the receives of its queue in each of them. The calls of STS cost nothing.`;
}

function stormTable(durations: Durations): string {
  const rows = sizes.flatMap((places) =>
    storms.flatMap((storm) => {
      const scenario = (settings: string, more: Pick<HubScenario, 'rounds' | keyof typeof advised>) => {
        const othersPerSecond = (places - 1) * A_MINUTE;
        return {
          settings,
          result: simulateHub({ places, storm, othersPerSecond, durations, lasts: 600, ...more }),
        };
      };
      return [
        scenario('as delivered', { ...delivered, rounds: ROUNDS_IN_HUB }),
        scenario('as advised', { ...advised, rounds: ROUNDS_IN_HUB }),
        scenario('as advised, but waiting in the function', { ...advised, rounds: Infinity }),
      ].map(({ settings, result: { others, latestLook, stormOver, mostAtWork, deadLetters } }) => [
        count(places),
        count(storm),
        settings,
        seconds(others.median),
        seconds(others.longest),
        places === 1 ? 'none' : seconds(latestLook),
        seconds(stormOver),
        count(mostAtWork),
        count(deadLetters),
      ]);
    }),
  );
  const head = [
    'places',
    'storm, launches/s',
    'settings',
    'others, median',
    'others, longest',
    'latest look',
    'storm over after',
    'most at work',
    'dead letters',
  ];
  return markdownTable([head, ...rows], { align: ['r', 'r', 'l', 'r', 'r', 'r', 'r', 'r', 'r'] });
}

function saturationTable(results: Results, durations: Durations): string {
  const { reservedConcurrency, secondLookConcurrency } = advised;
  const mean = (nameless: number): number =>
    (1 - nameless) * durations.compliant + nameless * killTime(durations);
  const BATCH = 100;
  const rows: (readonly [string, string, (nameless: number) => number])[] = [
    [
      'EventBridge: deliveries to targets, a launch, a start and a notice',
      `${count(deliveries.least)}/s to ${count(deliveries.most)}/s, by region`,
      (nameless) => deliveries.least / (2 + nameless),
    ],
    [
      'Lambda: `ReservedConcurrency`',
      `${reservedConcurrency} at a time`,
      (nameless) => reservedConcurrency / mean(nameless),
    ],
    [
      'Lambda: `SecondLookConcurrency`',
      `${secondLookConcurrency} batches of ${BATCH}`,
      () => (secondLookConcurrency * BATCH) / (batchTime(results, durations, BATCH) + callTime.ec2),
    ],
  ];
  const head = ['what', 'allows', 'launches/s, all nameless', 'launches/s, 1 % nameless'];
  return markdownTable(
    [head, ...rows.map(([what, allows, most]) => [what, allows, count(most(1)), count(most(0.01))])],
    { align: ['l', 'l', 'r', 'r'] },
  );
}

function costTable(results: Results, durations: Durations, memory: number): string {
  const NAMELESS = 0.01;
  const costAt = (perSecond: number): number =>
    total(monthlyCost(results, durations, memory, perSecond, NAMELESS)) +
    totalOfSecondSignal(secondSignalCost(results, durations, memory, perSecond, NAMELESS));
  const rows = sizes.flatMap((places) =>
    [TEN_A_DAY, A_MINUTE].map((perPlace) => {
      const forwarded = 2 * (places - 1) * perPlace * SECONDS_A_MONTH * prices.customEvent;
      const hub = costAt(places * perPlace) + alarmsOfHub * prices.alarm;
      return [
        count(places),
        count(places * perPlace * SECONDS_A_MONTH),
        dollars(hub),
        dollars(forwarded),
        dollars(hub + forwarded),
        dollars(places * costAt(perPlace)),
      ];
    }),
  );
  const head = ['places', 'launches a month', 'hub', 'rules of members', 'in all', 'a stack in each'];
  return markdownTable([head, ...rows], { align: head.map(() => 'r') });
}
