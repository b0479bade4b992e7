import { ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { countMessages } from './ops/letters-in-queue.ts';
import { ec2 } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { logLines } from './support/function-log.ts';
import { metricSum } from './support/invocations.ts';
import { launchWithSdk, type Wanted } from './support/launches.ts';
import { putRolePolicy, rolePolicy, shutFunction, without, type Policy } from './support/policies.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf } from './support/trail.ts';

// All other stack tests hold with the permissions of the template alone. Here each is taken away, and missed: local AWS
// does evaluate them. Those of EC2 are not evaluated here, since moto has EC2; test/template/role-guard.test.ts does.

const stackName = 'permissions';
let stack: Outputs;
let policy: Policy;

beforeAll(async () => {
  stack = await deploy(stackName, { Timeout: '15' });
  policy = await rolePolicy(stack.RoleArn);
});
afterAll(async () => {
  await remove(stackName);
});

beforeEach(async ({ task }) => {
  const [, sid = ''] = /^without (\w+) /.exec(task.name) ?? [];
  await putRolePolicy(stack.RoleArn, without(policy, sid));
});
afterEach(async () => putRolePolicy(stack.RoleArn, policy));

/** Launches, delivers the event, and gives its id and those of the instances. */
async function launched(wanted: Wanted = {}) {
  const { instanceIds, call } = await launchWithSdk(wanted);
  const event = eventOf(call);
  await deliver(event);
  return { instanceIds, eventId: event.detail['eventID'] };
}

const linesOf = async (eventId: unknown) =>
  (await logLines(stack.LogGroupName)).filter((line) => line['eventId'] === eventId);

test('there are no other permissions than those below and those of EC2', () => {
  expect(policy.Statement.map(({ Sid }) => Sid)).toEqual([
    'ReadInstances',
    'TerminateInstancesWithoutName',
    'TerminateInstancesWithEmptyName',
    'WriteOwnLog',
    'HandOver',
    'TellPeople',
  ]);
});

test('without TellPeople nobody is told, and the log says why', async () => {
  const { instanceIds, eventId } = await launched();

  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  const failure = async () => (await linesOf(eventId)).find(({ message }) => message === 'notice failed');
  await expect.poll(failure, soon).toHaveProperty('detail', expect.stringContaining('AccessDenied'));
});

test('without WriteOwnLog nothing is logged', async () => {
  const { instanceIds, eventId } = await launched();

  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  // The log is written after the invocation: that of the next launch, which may be written, comes behind it.
  await putRolePolicy(stack.RoleArn, policy);
  const next = await launched();
  await expect.poll(async () => linesOf(next.eventId), soon).not.toEqual([]);
  expect(await linesOf(eventId)).toEqual([]);
});

test('without HandOver neither a dead letter nor a failed event goes anywhere, and Lambda counts that', async () => {
  const { instanceIds, call } = await launchWithSdk();
  for (const InstanceId of instanceIds) {
    await ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }),
    );
  }

  await deliver(eventOf(call));

  await expect
    .poll(
      async () =>
        metricSum('AWS/Lambda', 'DestinationDeliveryFailures', { FunctionName: stack.FunctionName }),
      {
        ...soon,
        timeout: 60_000,
      },
    )
    .toBe(1);
  expect(await countMessages(stack.DeadLetterQueueUrl)).toEqual({ waiting: 0, held: 0 });
});

// The last: it is not put back.
test("without the function's own policy the rule's event goes to the dead-letter queue, and EventBridge counts that", async () => {
  await shutFunction(stack.FunctionName);

  const { instanceIds } = await launched();

  await expect
    .poll(async () => countMessages(stack.DeadLetterQueueUrl), soon)
    .toEqual({ waiting: 1, held: 0 });
  expect(await metricSum('AWS/Events', 'InvocationsSentToDlq', { RuleName: stack.RuleName })).toBe(1);
  expect(await fatesOf(instanceIds)).toEqual(['alive']);
});
