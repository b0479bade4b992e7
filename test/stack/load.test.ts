import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunInstancesCall } from '../../src/local/ec2/call.ts';
import { startEc2Endpoint, type Ec2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { account, credentials, region } from './setup/environment.ts';
import { deadLetters } from './support/dead-letters.ts';
import { percentile, publish } from './support/figures.ts';
import { greatestConcurrencyOf, invocationsOf } from './support/invocations.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { delayOf, deliverStarts, messagesIn } from './support/starts.ts';
import { deliver, eventOf, type BusEvent } from './support/trail.ts';

const launchCount = 2_000;
/** One in so many is nameless. */
const namelessEvery = 10;

const stackName = 'load';
let stack: Outputs;
let ec2: Ec2Endpoint;
/** In their order, with the events that CloudTrail would write of them. */
const launches: { readonly instanceIds: readonly string[]; readonly event: BusEvent }[] = [];
const nameless: string[] = [];
const named: string[] = [];

beforeAll(async () => {
  // The embedded EC2: moto would be what is measured, since each of its calls looks at every instance there is.
  ec2 = await startEc2Endpoint({ account, region, onRunInstances: record });
  const client = new EC2Client({ region, credentials, endpoint: ec2.url });
  await pMap(
    Array.from({ length: launchCount }, (_, index) => index),
    async (index) => launch(client, index),
    { concurrency: 8 },
  );
  // Reserved concurrency is the template's own, 5.
  stack = await deploy(stackName, { Ec2EndpointUrl: ec2.url });
  // Not two minutes, but long enough for the launch events to be first, as on AWS.
  await delayOf(stack.SecondLookQueueUrl, 20);
});
afterAll(async () => {
  await remove(stackName);
  await ec2.close();
});

function record(call: RunInstancesCall): void {
  const instances = call.result.kind === 'launched' ? call.result.instances : [];
  launches.push({ instanceIds: instances.map(({ instanceId }) => instanceId), event: eventOf(call) });
}

async function launch(client: EC2Client, index: number): Promise<void> {
  const isNamed = index % namelessEvery !== 0;
  const tags = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'Name', Value: `web-${index}` }] }];
  const { Instances: instances = [] } = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      MinCount: 1,
      MaxCount: 1,
      ...(isNamed && { TagSpecifications: tags }),
    }),
  );
  for (const { InstanceId: id = '' } of instances) (isNamed ? named : nameless).push(id);
}

test('2,000 launches with both signals, as fast as they can be: every nameless instance dies, every named one lives', async (context) => {
  const sentAt = new Map<string, number>();
  const first = Date.now();
  for (const batch of inTens(launches)) {
    const now = Date.now();
    for (const id of batch.flatMap(({ instanceIds }) => instanceIds)) sentAt.set(id, now);
    await deliver(...batch.map(({ event }) => event));
    await deliverStarts(batch.flatMap(({ instanceIds }) => instanceIds));
  }
  const sent = Date.now();
  await expect
    .poll(async () => invocationsOf(stack.FunctionName), { timeout: 150_000, interval: 50 })
    .toBe(launchCount);
  const seconds = (Date.now() - first) / 1000;

  const secondsToDeath = ec2.fleet.terminations.map(
    ({ instanceId, at }) => (at - (sentAt.get(instanceId) ?? Number.NaN)) / 1000,
  );
  const callsToSettle = callsOf(ec2);
  await expect.poll(async () => messagesIn(stack.SecondLookQueueUrl), { timeout: 100_000 }).toBe(0);
  const concurrency = await greatestConcurrencyOf(stack.FunctionName);
  const dead = new Set(ec2.fleet.terminations.map(({ instanceId }) => instanceId));
  publish(context, {
    title: `Load: ${launchCount} launches, one in ${namelessEvery} nameless, reserved concurrency 5`,
    rows: [
      {
        'nameless, dead': `${nameless.filter((id) => dead.has(id)).length} of ${nameless.length}`,
        'named, harmed': `${named.filter((id) => dead.has(id)).length} of ${named.length}`,
        'seconds to send all': ((sent - first) / 1000).toFixed(1),
        'seconds to settle all': seconds.toFixed(1),
        'launches a second': (launchCount / seconds).toFixed(0),
        'seconds from event to death, p50': percentile(50, secondsToDeath).toFixed(2),
        'seconds from event to death, p99': percentile(99, secondsToDeath).toFixed(2),
        'most at a time': concurrency,
        'EC2 calls': callsToSettle,
        'and of the second looks': callsOf(ec2) - callsToSettle,
      },
    ],
  });
  expect([nameless.length, named.length]).toEqual([200, 1_800]);
  expect(dead).toEqual(new Set(nameless));
  expect(concurrency).toBe(5);
  expect(await deadLetters(stack.DeadLetterQueueUrl)).toEqual([]);
});

function callsOf({ calls }: Ec2Endpoint): number {
  return (calls.get('DescribeInstances') ?? 0) + (calls.get('TerminateInstances') ?? 0);
}

function inTens<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / 10) }, (_, index) =>
    list.slice(index * 10, index * 10 + 10),
  );
}
