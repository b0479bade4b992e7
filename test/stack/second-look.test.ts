import {
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { account, region } from './setup/environment.ts';
import { ec2, sqs } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { logLines } from './support/function-log.ts';
import { metricSum } from './support/invocations.ts';
import { launchWithSdk } from './support/launches.ts';
import { lookAtOnce } from './support/second-looks.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf, startEventOf } from './support/trail.ts';

/** A stack whose second looks do not wait for the launch event. */
function useStack(
  stackName: string,
  parameters: Readonly<Record<string, string>> = {},
): { readonly outputs: Outputs } {
  let outputs: Outputs | undefined;
  beforeAll(async () => {
    outputs = await deploy(stackName, { Timeout: '15', ...parameters });
    await lookAtOnce(outputs);
  });
  afterAll(async () => {
    await remove(stackName);
  });
  return {
    get outputs() {
      if (outputs === undefined) throw new Error(`Expected the stack ${stackName} to be deployed.`);
      return outputs;
    },
  };
}

const sumOf = async (MetricName: string, { SecondLookFunctionName: FunctionName }: Outputs) =>
  metricSum('AWS/Lambda', MetricName, { FunctionName });

/** Lines about an instance. */
const linesOf = async ({ LogGroupName }: Outputs, instanceId: string) =>
  (await logLines(LogGroupName)).filter((line) => line['instanceId'] === instanceId);

const Letters = v.array(
  v.object({
    Body: v.pipe(
      v.string(),
      v.parseJson(),
      v.looseObject({ requestContext: v.optional(v.looseObject({ condition: v.string() })) }),
    ),
    MessageAttributes: v.optional(v.record(v.string(), v.looseObject({ StringValue: v.string() })), {}),
  }),
);

/** The dead letters that name an instance. */
async function lettersOf({ DeadLetterQueueUrl: QueueUrl }: Outputs, named: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    }),
  );
  return v.parse(Letters, Messages).filter(({ Body }) => JSON.stringify(Body).includes(named));
}

describe('with no event of a launch', () => {
  const stack = useStack('second-look');

  test('a nameless instance is terminated by the word of EC2 that it runs', async ({ expect }) => {
    const { instanceIds } = await launchWithSdk();
    const [instanceId = ''] = instanceIds;

    await deliver(startEventOf(instanceId));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
    await expect
      .poll(async () => linesOf(stack.outputs, instanceId), soon)
      .toMatchObject([{ outcome: 'terminated', reason: 'no-name-tag' }]);
  });

  test('a named instance lives, and so does an old one that is started again', async ({ expect }) => {
    const named = await launchWithSdk({ tags: [{ key: 'Name', value: 'web-1' }] });
    const old = await launchWithSdk();
    const sentinel = await launchWithSdk();
    await ec2.send(new StopInstancesCommand({ InstanceIds: [...old.instanceIds] }));
    await ec2.send(new StartInstancesCommand({ InstanceIds: [...old.instanceIds] }));
    const hourLater = new Date(Date.now() + 3_600_000).toISOString();

    await deliver(...named.instanceIds.map((id) => startEventOf(id)));
    await sendStarts(old.instanceIds, hourLater);
    // What comes later is looked at later: when it is dead, the others have been looked at.
    await deliver(...sentinel.instanceIds.map((id) => startEventOf(id)));

    await expect.poll(async () => fatesOf(sentinel.instanceIds), soon).toEqual(['dead']);
    expect(await fatesOf([...named.instanceIds, ...old.instanceIds])).toEqual(['alive']);
  });

  test('an instance that stops or ends is not looked at', async ({ expect }) => {
    const { instanceIds } = await launchWithSdk();
    const sentinel = await launchWithSdk();

    await deliver(...instanceIds.map((id) => startEventOf(id, 'stopped')));
    await deliver(...sentinel.instanceIds.map((id) => startEventOf(id)));

    await expect.poll(async () => fatesOf(sentinel.instanceIds), soon).toEqual(['dead']);
    expect(await fatesOf(instanceIds)).toEqual(['alive']);
  });

  test('a protected instance is a dead letter within the minute, and its neighbours are dead', async ({
    expect,
  }) => {
    const { instanceIds } = await launchWithSdk({ count: 3 });
    const [guarded = '', ...others] = instanceIds;
    await ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: guarded, DisableApiTermination: { Value: true } }),
    );

    await deliver(...instanceIds.map((id) => startEventOf(id)));

    await expect
      .poll(async () => lettersOf(stack.outputs, guarded), { ...soon, timeout: 60_000 })
      .toMatchObject([
        {
          Body: { requestContext: { condition: 'NotRetryable' } },
          MessageAttributes: { reasons: { StringValue: 'protected' } },
        },
      ]);
    await expect.poll(async () => fatesOf(others), soon).toEqual(['dead']);
    expect(await fatesOf([guarded])).toEqual(['alive']);
  });

  test('what is no message at all is a dead letter, and holds nobody up', async ({ expect }) => {
    const { instanceIds } = await launchWithSdk();
    await sqs.send(
      new SendMessageCommand({ QueueUrl: stack.outputs.SecondLookQueueUrl, MessageBody: 'no such message' }),
    );

    await deliver(...instanceIds.map((id) => startEventOf(id)));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
    await expect.poll(async () => lettersOf(stack.outputs, 'no such message'), soon).toHaveLength(1);
  });

  test('1,000 instances are dead after a few invocations', async ({ expect }) => {
    const { instanceIds } = await launchWithSdk({ count: 1_000 });
    const before = await sumOf('Invocations', stack.outputs);

    await sendStarts(instanceIds, new Date().toISOString());

    await expect
      .poll(async () => fatesOf(instanceIds), { timeout: 120_000, interval: 1_000 })
      .toEqual(['dead']);
    expect((await sumOf('Invocations', stack.outputs)) - before).toBeLessThanOrEqual(40);
  });

  test('no look failed as a whole', async ({ expect }) => {
    expect(await sumOf('Errors', stack.outputs)).toBe(0);
  });

  /** Puts starts into the queue as the rule does, of a time that EventBridge would not let a test choose. */
  async function sendStarts(instanceIds: readonly string[], time: string): Promise<void> {
    for (const [index, instanceId] of instanceIds.entries()) {
      const event = {
        version: '0',
        id: `start-${index}`,
        account,
        region,
        time,
        ...startEventOf(instanceId),
      };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: stack.outputs.SecondLookQueueUrl,
          MessageBody: JSON.stringify(event),
        }),
      );
    }
  }
});

describe('with a grace of a minute', () => {
  const stack = useStack('grace', { GracePeriodMinutes: '1' });

  test('a nameless instance lives for as long, and is terminated then', async ({ expect }) => {
    const { instanceIds, call } = await launchWithSdk();
    const [instanceId = ''] = instanceIds;
    const launchedAt = Date.now();

    await deliver(eventOf(call));

    await expect
      .poll(async () => linesOf(stack.outputs, instanceId), soon)
      .toMatchObject([{ outcome: 'postponed' }]);
    expect(await fatesOf(instanceIds)).toEqual(['alive']);
    await expect
      .poll(async () => fatesOf(instanceIds), { timeout: 120_000, interval: 500 })
      .toEqual(['dead']);
    expect(Date.now() - launchedAt).toBeGreaterThan(55_000);
  });
});
