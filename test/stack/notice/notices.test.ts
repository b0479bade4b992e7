import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaFaults } from '../../support/notice-schema.ts';
import { account, region } from '../setup/environment.ts';
import { lambda, sns } from '../support/clients.ts';
import { deadLetters } from '../support/dead-letters.ts';
import { fatesOf, soon } from '../support/fates.ts';
import { logLines, outcomesOf } from '../support/function-log.ts';
import { launchWithSdk, withUnknownInstance } from '../support/launches.ts';
import { type Listener, listenToBus, listenToTopic } from '../support/listener.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { deliver, eventOf } from '../support/trail.ts';

const Notice = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    source: v.string(),
    'detail-type': v.string(),
    detail: v.looseObject({ eventId: v.string(), instanceIds: v.array(v.string()) }),
  }),
);

const stackName = 'notices';
const email = 'cloud-team@example.com';
let stack: Outputs;
let bus: Listener;
let topic: Listener;

beforeAll(async () => {
  stack = await deploy(stackName, { Timeout: '15', NotificationEmail: email });
  bus = await listenToBus('heard-on-the-bus', { source: ['ec2-name-tag-enforcer'] });
  topic = await listenToTopic('heard-from-the-topic', stack.NotificationTopicArn);
});
afterAll(async () => {
  await Promise.all([bus.close(), topic.close()]);
  await remove(stackName);
});

/** The notices of one launch that a rule on the bus let through so far. */
async function noticesOf({ detail }: ReturnType<typeof eventOf>) {
  const notices = (await bus.heard()).map((body) => v.parse(Notice, body));
  return notices.filter((notice) => notice.detail.eventId === detail['eventID']);
}

describe('of a launch that loses an instance', () => {
  test('a rule on the default bus gets one notice, of the schema', async () => {
    const { instanceIds, call } = await launchWithSdk();
    const event = eventOf(call);

    await deliver(event);

    await expect.poll(async () => noticesOf(event), soon).toHaveLength(1);
    const [notice] = await noticesOf(event);
    expect(notice).toMatchObject({
      source: 'ec2-name-tag-enforcer',
      'detail-type': 'Nameless Instance Terminated',
      detail: { account, region, instanceIds, instanceCount: 1, launcher: { name: 'lena' } },
    });
    expect(schemaFaults(notice?.detail)).toEqual([]);
    expect(await fatesOf(instanceIds)).toEqual(['dead']);
  });

  test('the topic sends a text that a person understands', async () => {
    const { instanceIds, call } = await launchWithSdk();

    await deliver(eventOf(call));

    await expect
      .poll(async () => (await topic.heard()).map((text) => text.split('\n')), soon)
      .toContainEqual([
        `"lena launched an EC2 instance without a name in account ${account}, region ${region}: ${instanceIds[0]} was terminated."`,
        expect.stringMatching(/^"Why: Every instance must have .+"$/),
        expect.stringMatching(/^"Terminated at .+Z\."$/),
        expect.stringMatching(/^"Next time: .+"$/),
        expect.stringMatching(
          /^"Launched by arn:aws:iam::.+:user\/lena, with: .+\. CloudTrail's event history has the launch as event .+\."$/,
        ),
        '',
      ]);
  });

  test('one notice is sent though its neighbour, which EC2 does not show, brings the event back twice', async () => {
    const { instanceIds, call } = await launchWithSdk();
    const hidden = 'i-0123456789abcdef0';
    const event = eventOf(withUnknownInstance(call, hidden));

    await deliver(event);

    await expect
      .poll(async () => (await outcomesOf(stack.LogGroupName, hidden)).length, { ...soon, timeout: 100_000 })
      .toBe(3);
    const notices = await noticesOf(event);
    expect(notices.map(({ detail }) => detail.instanceIds)).toEqual([instanceIds]);
  });
});

test('of a launch that loses none nobody is told', async () => {
  const { call } = await launchWithSdk({ tags: [{ key: 'Name', value: 'web-1' }] });
  const event = eventOf(call);

  await deliver(event);

  const spared = { eventId: event.detail['eventID'], outcome: 'spared' };
  await expect
    .poll(async () => logLines(stack.LogGroupName), soon)
    .toContainEqual(expect.objectContaining(spared));
  expect(await noticesOf(event)).toEqual([]);
});

test('the address asked for is subscribed to the topic', async () => {
  const { Subscriptions: subscriptions } = await sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: stack.NotificationTopicArn }),
  );

  expect(subscriptions).toContainEqual(expect.objectContaining({ Protocol: 'email', Endpoint: email }));
});

// The last: it cuts the function off from EventBridge.
test('a notice that fails changes nothing: the instance is gone, the event settled, the failure logged', async () => {
  await cutOffFromEventBridge(stack.FunctionName);
  const { instanceIds, call } = await launchWithSdk();
  const event = eventOf(call);

  await deliver(event);

  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  const failed = { message: 'notice failed', level: 'ERROR', eventId: event.detail['eventID'] };
  await expect
    .poll(async () => logLines(stack.LogGroupName), soon)
    .toContainEqual(expect.objectContaining(failed));
  expect(await noticesOf(event)).toEqual([]);
  const letters = await deadLetters(stack.DeadLetterQueueUrl);
  expect(letters.map(({ requestPayload }) => requestPayload.detail.eventID)).not.toContain(failed.eventId);
});

/** Points the function's client of EventBridge at a port where nothing listens. */
async function cutOffFromEventBridge(FunctionName: string): Promise<void> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Environment: {
        Variables: { ...Environment?.Variables, AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:9' },
      },
    }),
  );
}
