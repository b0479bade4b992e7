import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fatesOf, soon } from './support/fates.ts';
import { logLines } from './support/function-log.ts';
import { loggedInvocationsOf } from './support/invocations.ts';
import { failToLaunch, launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf } from './support/trail.ts';

const stackName = 'rule';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName);
});
afterAll(async () => {
  await remove(stackName);
});

test.each([
  ['another API call', { detail: { eventName: 'TerminateInstances' } }],
  ['a call of the same name to another service', { detail: { eventSource: 'sagemaker.amazonaws.com' } }],
  ['another detail-type', { envelope: { 'detail-type': 'EC2 Instance State-change Notification' } }],
  ['an event that an application made up', { envelope: { source: 'my.application' } }],
])('the function is not invoked for %s', async (_, { detail = {}, envelope = {} }: Changes) => {
  const { instanceIds, call } = await launchWithSdk();
  const event = eventOf(call);
  const foreign = { ...event, ...envelope, detail: { ...event.detail, ...detail } };
  const before = await loggedInvocationsOf(stack.LogGroupName);

  await deliver(foreign, eventOf(await failToLaunch()));

  // The failed launch is invoked for: by then the event before it would have been, too.
  await expect.poll(async () => loggedInvocationsOf(stack.LogGroupName), soon).toBeGreaterThan(before);
  await sleep(300);
  expect(await loggedInvocationsOf(stack.LogGroupName)).toBe(before + 1);
  expect(await fatesOf(instanceIds)).toEqual(['alive']);
});

interface Changes {
  readonly detail?: Record<string, string>;
  readonly envelope?: Record<string, string>;
}

test('a failed launch is ignored by the function, and is no error', async () => {
  const call = await failToLaunch();
  const before = await loggedInvocationsOf(stack.LogGroupName);

  await deliver(eventOf(call));

  await expect.poll(async () => loggedInvocationsOf(stack.LogGroupName), soon).toBe(before + 1);
  expect(call.result).toMatchObject({ kind: 'failed', code: 'InvalidSubnetID.NotFound' });
  expect(await logLines(stack.LogGroupName)).toContainEqual(
    expect.objectContaining({ message: 'event ignored', reason: 'failed-call' }),
  );
});
