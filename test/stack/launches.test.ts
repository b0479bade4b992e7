import { CreateLaunchTemplateCommand, CreateTagsCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ec2 } from './support/clients.ts';
import { deadLetters } from './support/dead-letters.ts';
import { fatesOf, soon } from './support/fates.ts';
import { logLines } from './support/function-log.ts';
import { launchWithCommandLine, launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { autoScaling, deliver, eventOf } from './support/trail.ts';

const stackName = 'launches';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName);
});
afterAll(async () => {
  await remove(stackName);
});

const name = (value: string) => [{ key: 'Name', value }];

/** What the function logged of the instances of one event. */
async function settledBy(event: { readonly detail: object }): Promise<unknown[]> {
  const { eventID: eventId } = { eventID: undefined, ...event.detail };
  const lines = await logLines(stack.LogGroupName);
  return lines.filter((line) => line['eventId'] === eventId && line.message === 'instance settled');
}

describe.concurrent.each([
  ['aws ec2 run-instances', launchWithCommandLine],
  ['the AWS SDK', launchWithSdk],
])('launched with %s,', (_, launch) => {
  test('an instance without a tag is terminated', async ({ expect }) => {
    const { instanceIds, call } = await launch();

    await deliver(eventOf(call));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  });

  test('an instance with other tags and no name is terminated', async ({ expect }) => {
    const { instanceIds, call } = await launch({
      tags: [
        { key: 'name', value: 'web' },
        { key: 'owner', value: 'lena' },
      ],
    });

    await deliver(eventOf(call));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  });

  test('an instance with an empty name is terminated', async ({ expect }) => {
    const { instanceIds, call } = await launch({ tags: name('') });

    await deliver(eventOf(call));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  });

  test('a named instance lives', async ({ expect }) => {
    const { instanceIds, call } = await launch({ tags: name('web-1') });
    const event = eventOf(call);

    await deliver(event);

    const spared = { outcome: 'spared', reason: 'named-at-launch' };
    await expect.poll(async () => settledBy(event), soon).toMatchObject([spared]);
    expect(await fatesOf(instanceIds)).toEqual(['alive']);
  });
});

describe.concurrent('an instance', () => {
  test('that got its name between launch and event lives', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk();
    const event = eventOf(call);
    await giveName(instanceIds);

    await deliver(event);

    await expect
      .poll(async () => settledBy(event), soon)
      .toMatchObject([{ outcome: 'spared', reason: 'named' }]);
    expect(await fatesOf(instanceIds)).toEqual(['alive']);
  });

  test('that got its name from a launch template lives', async ({ expect }) => {
    const launchTemplate = 'named';
    const tagSpecification = {
      ResourceType: 'instance' as const,
      Tags: [{ Key: 'Name', Value: 'from-template' }],
    };
    const data = {
      ImageId: 'ami-12c6146b',
      InstanceType: 't3.micro' as const,
      TagSpecifications: [tagSpecification],
    };
    await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: launchTemplate, LaunchTemplateData: data }),
    );
    const { instanceIds, call } = await launchWithSdk({ launchTemplate });
    const event = eventOf(call, autoScaling);

    await deliver(event);

    const spared = { outcome: 'spared', reason: 'named-at-launch', invokedBy: 'autoscaling.amazonaws.com' };
    await expect.poll(async () => settledBy(event), soon).toMatchObject([spared]);
    expect(await fatesOf(instanceIds)).toEqual(['alive']);
    expect(event.detail).not.toHaveProperty('requestParameters.tagSpecificationSet.items');
  });

  test('whose event comes twice dies once, and the second event is settled as well', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk();
    const event = eventOf(call);

    await deliver(event);
    await expect.poll(async () => settledBy(event), soon).toMatchObject([{ outcome: 'terminated' }]);
    await deliver(event);

    await expect
      .poll(async () => settledBy(event), soon)
      .toMatchObject([{ outcome: 'terminated' }, { outcome: 'already-gone' }]);
    expect(await fatesOf(instanceIds)).toEqual(['dead']);
  });
});

describe.concurrent('of a launch of many', () => {
  test('the nameless are terminated and the named live', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk({ count: 6 });
    const named = instanceIds.slice(0, 2);
    const nameless = instanceIds.slice(2);
    await giveName(named);

    await deliver(eventOf(call));

    await expect.poll(async () => fatesOf(nameless), soon).toEqual(['dead']);
    expect(await fatesOf(named)).toEqual(['alive']);
  });

  test('whose instances CloudTrail left out, all nameless are found and terminated, and no others', async ({
    expect,
  }) => {
    const bystander = await launchWithSdk();
    const { instanceIds, call } = await launchWithSdk({ count: 3, clientToken: 'left-out-1' });

    await deliver(eventOf(call, autoScaling, { omitResponse: true }));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
    expect(await fatesOf(bystander.instanceIds)).toEqual(['alive']);
  });
});

test('in the end the dead-letter queue is empty', async ({ expect }) => {
  expect(await deadLetters(stack.DeadLetterQueueUrl)).toEqual([]);
});

async function giveName(instanceIds: readonly string[]): Promise<void> {
  await ec2.send(
    new CreateTagsCommand({ Resources: [...instanceIds], Tags: [{ Key: 'Name', Value: 'in-time' }] }),
  );
}
