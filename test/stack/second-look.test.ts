import { ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEvent } from '../support/second-look-messages.ts';
import { account, region } from './setup/environment.ts';
import { ec2, sqs } from './support/clients.ts';
import { deadLetters } from './support/dead-letters.ts';
import { fatesOf, soon } from './support/fates.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliverStarts, messagesIn, withoutDelay } from './support/starts.ts';

const named = [{ key: 'Name', value: 'web' }];
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy('second-look', { Timeout: '15', HasTrail: 'false' });
  await withoutDelay(stack.SecondLookQueueUrl);
});
afterAll(async () => {
  await remove('second-look');
});

test('a nameless instance that no launch event tells of dies by its start, and its named neighbour lives', async () => {
  const nameless = await launchWithSdk({ count: 2 });
  const other = await launchWithSdk({ tags: named });

  await deliverStarts([...nameless.instanceIds, ...other.instanceIds]);

  await expect.poll(async () => fatesOf(nameless.instanceIds), soon).toEqual(['dead']);
  expect(await fatesOf(other.instanceIds)).toEqual(['alive']);
});

test('an instance that was launched long before it was started lives, nameless as it is', async () => {
  const old = await launchWithSdk();
  const [instanceId = ''] = old.instanceIds;
  // EventBridge says when an event was; local AWS says that it is now.
  const time = new Date(Date.now() + 11 * 60_000).toISOString();
  const MessageBody = JSON.stringify(startEvent({ instanceId, time, account, region }));

  await sqs.send(new SendMessageCommand({ QueueUrl: stack.SecondLookQueueUrl, MessageBody }));

  await expect.poll(async () => messagesIn(stack.SecondLookQueueUrl), soon).toBe(0);
  expect(await fatesOf(old.instanceIds)).toEqual(['alive']);
});

test('a protected instance is a dead letter within seconds, and its neighbour dies', async () => {
  const { instanceIds } = await launchWithSdk();
  const [guarded = ''] = instanceIds;
  const protection = { DisableApiTermination: { Value: true } };
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: guarded, ...protection }));
  const neighbour = await launchWithSdk();

  await deliverStarts([guarded, ...neighbour.instanceIds]);

  await expect.poll(async () => fatesOf(neighbour.instanceIds), soon).toEqual(['dead']);
  await expect
    .poll(async () => {
      const letters = await deadLetters(stack.DeadLetterQueueUrl);
      return letters
        .filter(({ responsePayload }) => responsePayload.errorMessage.includes(guarded))
        .map(({ requestContext }) => requestContext.condition);
    }, soon)
    .toEqual(['NotRetryable']);
  expect(await fatesOf([guarded])).toEqual(['alive']);
});

test('a message that cannot be read lies in the dead-letter queue, and holds up no other', async () => {
  const { instanceIds } = await launchWithSdk();

  await sqs.send(new SendMessageCommand({ QueueUrl: stack.SecondLookQueueUrl, MessageBody: '{"poison"' }));
  await deliverStarts(instanceIds);

  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  await expect
    .poll(async () => {
      const letters = await deadLetters(stack.DeadLetterQueueUrl);
      return letters.some(({ responsePayload }) => responsePayload.errorType === 'InvalidEventError');
    }, soon)
    .toBe(true);
});

test('1,000 nameless instances die by their starts, and nothing is left in the queue', async () => {
  const launches = await Promise.all(Array.from({ length: 4 }, async () => launchWithSdk({ count: 250 })));
  const instanceIds = launches.flatMap((launch) => launch.instanceIds);

  await deliverStarts(instanceIds);

  await expect.poll(async () => fatesOf(instanceIds), { timeout: 60_000, interval: 500 }).toEqual(['dead']);
  await expect.poll(async () => messagesIn(stack.SecondLookQueueUrl), soon).toBe(0);
}, 90_000);
