import { DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { region } from './setup/environment.ts';
import { cloudWatch, lambda } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { launchWithSdk } from './support/launches.ts';
import { type Listener, listenToTopic } from './support/listener.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { eventOf } from './support/trail.ts';

interface Deployed {
  readonly name: string;
  readonly outputs: Outputs;
  readonly topic: Listener;
}
// Both of one account and region; one name begins as the other.
let one: Deployed;
let other: Deployed;

beforeAll(async () => {
  one = await deployed('enforcer');
  other = await deployed('enforcer-2');
});
afterAll(async () => {
  for (const { name, topic } of [one, other]) {
    await topic.close();
    await remove(name);
  }
});

async function deployed(name: string): Promise<Deployed> {
  const outputs = await deploy(name, { KillStormThreshold: '2' });
  return { name, outputs, topic: await listenToTopic(`topic-of-${name}`, outputs.NotificationTopicArn) };
}

test('two stacks have no name in common', async () => {
  const namesOfOther = new Set(Object.values(other.outputs));

  // Nobody is told: the one output that is a sentence.
  expect(Object.values(one.outputs).filter((name) => namesOfOther.has(name))).toEqual([
    one.outputs.Notifications,
  ]);
  for (const { name, outputs } of [one, other]) {
    const dashboard = await cloudWatch.send(new GetDashboardCommand({ DashboardName: `${name}-${region}` }));
    expect(dashboard.DashboardBody).toContain(`"${outputs.FunctionName}"`);
  }
});

test('what one terminates, its own topic and alarm tell; those of the other stay silent', async () => {
  const { instanceIds, call } = await launchWithSdk({ count: 3 });
  const [instanceId = ''] = instanceIds;

  // Not by the bus, whose event both would get.
  await lambda.send(
    new InvokeCommand({
      FunctionName: one.outputs.FunctionName,
      Payload: Buffer.from(JSON.stringify(eventOf(call))),
    }),
  );

  const heard = async () => (await one.topic.heard()).join('\n');
  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  await expect.poll(heard, soon).toContain(instanceId);
  await expect.poll(heard, soon).toContain('#kill-storm');
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
  expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual([
    expect.stringMatching(/^enforcer-KillStormAlarm/),
  ]);
  expect(await other.topic.heard()).toEqual([]);
});
