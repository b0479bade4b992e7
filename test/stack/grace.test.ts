import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ec2 } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { outcomesOf } from './support/function-log.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliverStarts, messagesIn, withoutDelay } from './support/starts.ts';
import { deliver, eventOf } from './support/trail.ts';

const minute = 60_000;
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy('grace', { Timeout: '15', GracePeriodMinutes: '1' });
  await withoutDelay(stack.SecondLookQueueUrl);
});
afterAll(async () => {
  await remove('grace');
});

test('grace of a minute: named in time lives, nameless dies after it and not before', async () => {
  const late = await launchWithSdk();
  const never = await launchWithSdk();
  const launchedAt = Date.now();
  const [lateId = ''] = late.instanceIds;
  const [neverId = ''] = never.instanceIds;

  await deliver(eventOf(late.call), eventOf(never.call));
  await deliverStarts([lateId, neverId]);

  await expect
    .poll(async () => outcomesOf(stack.LogGroupName, neverId), soon)
    .toContain('postponed: no-name-tag');
  const Tags = [{ Key: 'Name', Value: 'late' }];
  await ec2.send(new CreateTagsCommand({ Resources: [lateId], Tags }));
  await expect.poll(async () => fatesOf([neverId]), { timeout: 100_000, interval: 500 }).toEqual(['dead']);
  expect(Date.now() - launchedAt).toBeGreaterThan(minute);
  await expect.poll(async () => messagesIn(stack.SecondLookQueueUrl), soon).toBe(0);
  expect(await fatesOf([lateId])).toEqual(['alive']);
}, 150_000);
