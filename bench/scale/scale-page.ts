import type { Results } from '../report/results.ts';
import { callTime, durationsAt } from './durations.ts';
import { hubPage } from './hub-page.ts';
import { alarms, metrics, prices } from './prices.ts';
import {
  capacityTable,
  costTable,
  growthTable,
  memoryTable,
  secondSignalTable,
  simulationTable,
} from './scale-tables.ts';
import { emptyReceives } from './second-signal.ts';

/** The template's default, in MB. */
const MEMORY = 256;

/** `docs/scale.md`: all tables come from the measurement, by calculation or simulation. */
export function scalePage(results: Results): string {
  const durations = durationsAt(results, MEMORY);
  return `# Scale: what saturates first, what it costs, what to set

Written by \`npm run bench:scale\` from the measurement of ${results.at.slice(0, 10)} under ${results.runtime}
([bench/RESULTS.md](../bench/RESULTS.md)). Measured are CPU times, memory, calls and log bytes; all else on this page is
worked out from them, for a function of ${MEMORY} MB, with ${callTime.ec2 * 1000} ms for a call of EC2 and
${callTime.eventBridge * 1000} ms for one of EventBridge.

## In short

- **EC2 saturates first, not the function.** With the limits that every account begins with, EC2 takes 2 launches a
  second in a region, and 5 calls that terminate. The function as delivered keeps up with both.
- **Named launches cost no EC2 call.** Where names are the habit, the delivered settings take hundreds of launches a second.
- **More concurrency does not help when EC2 is the limit.** It makes more calls that are refused, second tries that run
  out, and dead letters. Have EC2's limits raised first, then the concurrency.
- **The logs cost more than the function** when launches are many and named.
- **A hub costs what one stack costs**, and its members do not wait for a storm in one of them, with more concurrency: see below.

## How cost grows with a launch

EC2 calls grow by one for each 200 instances, and one to terminate up to 1,000. CloudTrail leaves an answer of more than
100 KB out of its event, which some 50 instances have, at 2 kB each; such a launch is found by its reservation, for one call
more.

${growthTable(results)}

## Where it saturates

Launches of one instance a second at which each resource is used up, as delivered, with the limits that
[AWS documents](https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html) for every account and region.
They are the account's: what else calls \`DescribeInstances\` and \`TerminateInstances\` there takes from the same.

${capacityTable(durations)}

Most of these hold a burst: 100 calls of each kind and 1,000 terminated instances at once. Lambda's asynchronous queue
holds what waits, for six hours as delivered; EventBridge retries for as long.

## Simulated

Launches of one instance at random moments, for ten minutes (10,000 a second: for one), then silence until the last event
is settled or its six hours are over. Each try makes its calls of EC2 through token buckets of the documented
sizes, tries again as the AWS SDK does, and fails as the handler does; Lambda tries three times, then the event is a dead
letter. Times are from the event's arrival at Lambda until the launch is settled.

${simulationTable(durations)}

- *As delivered*: reserved concurrency 5, EC2's documented limits. *More concurrency*: as many as the rate keeps at work,
  and a third more. *And EC2 limits raised*: by that much as well.
- The simulation is kind in one way: Lambda's queue hands over the oldest event at once. In truth
  [it asks less often the longer the queue is](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html),
  up to every five minutes. Where the table shows a long queue, expect longer times.
- Before the event reaches Lambda, CloudTrail has taken its time, from seconds to minutes. No setting here changes it.

## What it costs a month

US dollars, list prices of us-east-1 of ${prices.asOf}, arm64, free tiers left out. CloudTrail's events reach EventBridge,
and EventBridge the function, for nothing.

${costTable(results, durations, MEMORY)}

- A stack that sees no launch costs its ${alarms} alarms, at $${prices.alarm.toFixed(2)}, and $${emptyReceives.toFixed(2)} for receives that find the
  second-look queue empty. A metric costs $${prices.metric.toFixed(2)} a month, for the hours in which
  it is published: most come only when something goes wrong, and all ${metrics} in every hour would be $${(metrics * prices.metric).toFixed(2)}.
- The notification topic has no key of its own. One that you give it (\`NotificationKeyArn\`) is paid anyway; a new one
  costs $1, and $1 more after each of its first two rotations.
- CloudWatch's free tier, 10 metrics, 10 alarms and 3 dashboards an account, is left out as well.
- Log storage comes on top, at $0.03 a GB and month of compressed log; 90 days as delivered.
- A dashboard is $3, and a trail of its own costs nothing for the first copy of management events but its storage in S3.

## What the second signal adds

EC2's own signal is one message for each start of an instance, which is looked at two minutes later, in batches of what
comes within five seconds, 100 at most. This is its part of the sum above, for launches of which 1 % are nameless.

${secondSignalTable(results, durations, MEMORY)}

- A message is sent, received and deleted, at $${(prices.queueRequest * 1e6).toFixed(2)} a million requests. Lambda receives and deletes up to ten at once; how many
  there are at once is an assumption: what comes within a tenth of a second.
- Where the queue is empty Lambda still asks it: five pollers, each every 20 seconds, which is $${emptyReceives.toFixed(2)} a month.
- \`DescribeInstances\` costs nothing, one call a batch, but counts against EC2's limit of calls. The CPU time is that of as
  many kills, so too much by far: most looks find a name, or an instance that is gone.
- A look at which nothing is done has no line of its own. Starts that are no launches cost the same.
- EventBridge delivers AWS's own events to the queue for nothing.
- With more batches at a time than \`SecondLookConcurrency\`, looks come later, and none is lost.

${hubPage(results, durations, MEMORY)}

## Memory and time-out

Lambda gives one processor at
[1,769 MB](https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html) and less in proportion. *First* is
the first event of an environment, its start included. The last two columns are requests and compute.

${memoryTable(results)}

**${MEMORY} MB is the default**: repeated launches of 1,000 need up to ${mostMemory(results)} MB, which 128 MB does not have; a first kill is
settled within about a second, which is little beside what CloudTrail takes before; and a kill's price grows with memory, as
most of it is waiting for EC2. Take 512 MB where launches of 1,000 are usual.

**60 seconds is the default time-out**: ten attempts of one call, which the SDK spreads over about a minute when EC2
throttles, just fit; instances that EC2 does not show yet are asked for until then; and the largest launch needs a few seconds.
A longer one holds an environment for what Lambda's own second and third try do better, a minute later.

## What to set

| where | set |
| --- | --- |
| up to 2 launches a second, EC2's documented limits | nothing: the defaults are made for it |
| launches come in storms, most of them named | \`ReservedConcurrency\` 10: 1,000 and more named launches a second |
| EC2's limits were raised for more launches | have \`DescribeInstances\` and \`TerminateInstances\` (calls and instances) raised alike, then \`ReservedConcurrency\` to nameless launches a second × 0.5, at least 5 |
| a hub of an organization | \`ReservedConcurrency\` 250, \`SecondLookConcurrency\` 20 |
| other tools poll \`DescribeInstances\` in the account | leave \`ReservedConcurrency\` at 5: more would take their calls |
| 100 launches a second and more | one function for each account and region is how it scales: limits are by account and region, and so is the function |
`;
}

/** MB, to the next ten: the peak of a process that settled launch after launch of 1,000. */
function mostMemory({ rows }: Results): number {
  const peaks = rows.filter((row) => row.case.startsWith('warm kill of 1,000')).map((row) => row.peakMemory);
  return Math.ceil(Math.max(...peaks) / 10) * 10;
}
