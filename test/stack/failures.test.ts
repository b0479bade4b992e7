import { ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ec2 } from './support/clients.ts';
import { deadLetterOf } from './support/dead-letters.ts';
import { fatesOf, soon } from './support/fates.ts';
import { launchWithSdk, withUnknownInstance } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf } from './support/trail.ts';

/** Seconds, the least that the template allows: what never becomes visible takes as long, three times. */
const timeout = 15;
/** Milliseconds. Other stacks use the same two cores meanwhile, so there is as much again for waiting in line. */
const threeTries = 2 * 3 * timeout * 1000;

const stackName = 'failures';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName, { Timeout: String(timeout) });
});
afterAll(async () => {
  await remove(stackName);
});

const afterThreeTries = { condition: 'RetriesExhausted', approximateInvokeCount: 3 };

describe.concurrent('after three tries, the dead-letter queue names', () => {
  test('a protected instance, and its neighbours are dead', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk({ count: 4 });
    const [protectedId = '', ...neighbours] = instanceIds;
    await protect(protectedId);
    const event = eventOf(call);

    await deliver(event);

    await expect.poll(async () => fatesOf(neighbours), soon).toEqual(['dead']);
    const letter = await deadLetterOf(stack.DeadLetterQueueUrl, event, threeTries);
    expect(letter.requestContext).toMatchObject(afterThreeTries);
    expect(letter.requestPayload.detail).toEqual(JSON.parse(JSON.stringify(event.detail)));
    expect(letter.responsePayload.errorType).toBe('UnsettledInstancesError');
    expect(letter.responsePayload.errorMessage).toContain(`${protectedId} failed: protected`);
    expect(await fatesOf([protectedId])).toEqual(['alive']);
  });

  test('an instance that never becomes visible, and its neighbours are dead', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk({ count: 2 });
    const unknownId = 'i-0123456789abcdef0';
    const event = eventOf(withUnknownInstance(call, unknownId));

    await deliver(event);

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
    const letter = await deadLetterOf(stack.DeadLetterQueueUrl, event, threeTries);
    expect(letter.requestContext).toMatchObject(afterThreeTries);
    expect(letter.responsePayload.errorType).toBe('UnsettledInstancesError');
    expect(letter.responsePayload.errorMessage).toContain(`${unknownId} failed: not-visible`);
  });

  test('a launch that CloudTrail left the answer out of, when its token is nowhere to be found', async ({
    expect,
  }) => {
    const bystander = await launchWithSdk();
    const { call } = await launchWithSdk({ clientToken: 'launched-elsewhere' });
    const request = { ...call.request, clientToken: 'nowhere' };
    const event = eventOf({ ...call, request }, undefined, { omitResponse: true });

    await deliver(event);

    const letter = await deadLetterOf(stack.DeadLetterQueueUrl, event, threeTries);
    expect(letter.requestContext).toMatchObject(afterThreeTries);
    expect(letter.responsePayload.errorType).toBe('UnlistedLaunchError');
    expect(await fatesOf(bystander.instanceIds)).toEqual(['alive']);
  });
});

async function protect(instanceId: string): Promise<void> {
  const protection = { DisableApiTermination: { Value: true } };
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instanceId, ...protection }));
}
