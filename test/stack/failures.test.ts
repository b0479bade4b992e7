import { ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import type { LaunchEvent } from '../../src/local/launch-event.ts';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ec2 } from './support/clients.ts';
import { deadLetterOf, deadLetters } from './support/dead-letters.ts';
import { fatesOf, soon } from './support/fates.ts';
import { logLines, outcomesOf } from './support/function-log.ts';
import { launchWithSdk, withUnknownInstance } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { withoutDelay } from './support/starts.ts';
import { deliver, eventOf } from './support/trail.ts';

/** Seconds, the least that the template allows: what never becomes visible takes as long, each time. */
const timeout = 15;
/** Milliseconds. Other stacks use the same two cores meanwhile, so there is as much again for waiting in line. */
const fourTries = { timeout: 2 * 4 * timeout * 1000, interval: 500 };

const stackName = 'failures';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName, { Timeout: String(timeout) });
  await withoutDelay(stack.SecondLookQueueUrl);
});
afterAll(async () => {
  await remove(stackName);
});

test('a protected instance is a dead letter within seconds, and its neighbours are dead', async ({
  expect,
}) => {
  const { instanceIds, call } = await launchWithSdk({ count: 4 });
  const [protectedId = '', ...neighbours] = instanceIds;
  await protect(protectedId);
  const event = eventOf(call);

  await deliver(event);

  await expect.poll(async () => fatesOf(neighbours), soon).toEqual(['dead']);
  const letter = await deadLetterOf(stack.DeadLetterQueueUrl, event);
  expect(letter.requestContext).toMatchObject({ condition: 'NotRetryable', approximateInvokeCount: 1 });
  expect(letter.requestPayload.detail).toEqual(JSON.parse(JSON.stringify(event.detail)));
  expect(letter.responsePayload.errorType).toBe('UnsettledInstancesError');
  expect(letter.responsePayload.errorMessage).toContain(`${protectedId} failed: protected`);
  expect(await fatesOf([protectedId])).toEqual(['alive']);
});

describe.concurrent('after three tries, the second look goes on', () => {
  test('with an instance that never becomes visible, and its neighbours are dead', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk({ count: 2 });
    const unknownId = 'i-0123456789abcdef0';
    const event = eventOf(withUnknownInstance(call, unknownId));

    await deliver(event);

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
    await expect
      .poll(async () => outcomesOf(stack.LogGroupName, unknownId), fourTries)
      .toEqual(Array.from({ length: 4 }, () => 'failed: not-visible'));
    expect(await deadLettersOf(event)).toEqual([]);
  });

  test('with a launch that CloudTrail left the answer out of, when its token is nowhere to be found', async ({
    expect,
  }) => {
    const bystander = await launchWithSdk();
    const { call } = await launchWithSdk({ clientToken: 'launched-elsewhere' });
    const request = { ...call.request, clientToken: 'nowhere' };
    const event = eventOf({ ...call, request }, undefined, { omitResponse: true });

    await deliver(event);

    await expect
      .poll(async () => {
        const lines = await logLines(stack.LogGroupName);
        return lines.filter((line) => line.message === 'launch incomplete').length;
      }, fourTries)
      .toBe(4);
    expect(await fatesOf(bystander.instanceIds)).toEqual(['alive']);
    expect(await deadLettersOf(event)).toEqual([]);
  });
});

const deadLettersOf = async ({ detail }: LaunchEvent) =>
  (await deadLetters(stack.DeadLetterQueueUrl)).filter(
    ({ requestPayload }) => requestPayload.detail.eventID === detail['eventID'],
  );

async function protect(instanceId: string): Promise<void> {
  const protection = { DisableApiTermination: { Value: true } };
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instanceId, ...protection }));
}
