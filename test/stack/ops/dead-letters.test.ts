import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateTagsCommand, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureRecord, functionDeadLetterAttributes } from '../../support/dead-letter-messages.ts';
import { account, region } from '../setup/environment.ts';
import { ec2 } from '../support/clients.ts';
import { fatesOf } from '../support/fates.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { deliver, eventOf } from '../support/trail.ts';
import { countMessages, putMessages } from './letters-in-queue.ts';
import { ops, opsJson } from './run-ops.ts';

const stackName = 'dead-letters';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName);
});
afterAll(async () => {
  await remove(stackName);
});

const Listed = v.object({
  deadLetters: v.array(
    v.looseObject({
      messageId: v.string(),
      since: v.string(),
      causes: v.array(v.string()),
      settled: v.boolean(),
      instances: v.array(v.looseObject({ instanceId: v.string() })),
    }),
  ),
  foreign: v.array(v.looseObject({ messageId: v.string(), because: v.string() })),
});

const list = async (...args: readonly string[]) =>
  v.parse(Listed, await opsJson(stackName, 'dead-letters', 'list', ...args));
const functionArn = () => `arn:aws:lambda:${region}:${account}:function:${stack.FunctionName}`;
const undelivered = () => ({
  RULE_ARN: `arn:aws:events:${region}:${account}:rule/${stack.RuleName}`,
  TARGET_ARN: functionArn(),
  ERROR_CODE: 'NO_PERMISSIONS',
  ERROR_MESSAGE: 'not authorized',
});
const ownRecord = (event: unknown, message?: string): Record<string, unknown> => ({
  ...failureRecord(event, message === undefined ? {} : { message }),
  requestContext: {
    functionArn: `${functionArn()}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
});
const protect = async (instanceId: string, Value: boolean) =>
  ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instanceId, DisableApiTermination: { Value } }));

test('a protected instance: from the launch over list, show and a dry run to the redrive that settles it', async () => {
  const { instanceIds, call } = await launchWithSdk({ count: 2 });
  const [first = '', second = ''] = instanceIds;
  await protect(first, true);
  const event = eventOf(call);
  await deliver(event);
  await expect
    .poll(async () => countMessages(stack.DeadLetterQueueUrl), { timeout: 30_000, interval: 200 })
    .toEqual({ waiting: 1, held: 0 });

  const { deadLetters } = await list();
  const [letter] = deadLetters;
  expect(deadLetters).toMatchObject([
    {
      causes: ['unsettled', 'protected'],
      settled: false,
      instances: [
        { instanceId: first, state: 'running', settled: false },
        { instanceId: second, settled: true },
      ],
    },
  ]);
  const file = join(await mkdtemp(join(tmpdir(), 'report-')), 'report.html');
  const reported = await ops(stackName, 'dead-letters', 'list', '--format', 'html', '--output', file);
  expect(reported.code).toBe(1);
  expect(reported.stdout).toContain(`The report is in ${file}.`);
  const page = await readFile(file, 'utf8');
  for (const part of [
    letter?.messageId ?? 'none',
    `${first} running, no name`,
    'protected: 1 open, 0 settled by now',
  ])
    expect(page).toContain(part);
  await rm(dirname(file), { recursive: true });

  // Others see it again at once.
  expect(await countMessages(stack.DeadLetterQueueUrl)).toEqual({ waiting: 1, held: 0 });

  const shown = await ops(stackName, 'dead-letters', 'show', letter?.messageId.slice(0, 8) ?? '');
  expect(shown.code).toBe(0);
  for (const part of [
    'lena',
    first,
    'another try would not help',
    'protected',
    'running, no name',
    'dead-letters redrive',
  ]) {
    expect(shown.stdout).toContain(part);
  }

  const dryRun = await ops(stackName, 'dead-letters', 'redrive');
  expect(dryRun.code).toBe(1);
  expect(dryRun.stdout).toContain('add --yes to do it');
  expect(await fatesOf([first])).toEqual(['alive']);

  const failing = await ops(stackName, 'dead-letters', 'redrive', '--yes');
  expect(failing.code).toBe(1);
  expect(await countMessages(stack.DeadLetterQueueUrl)).toEqual({ waiting: 1, held: 0 });

  await protect(first, false);
  const redriven = await ops(stackName, 'dead-letters', 'redrive', '--cause', 'protected', '--yes');
  expect(redriven.code).toBe(0);
  expect(redriven.stdout).toContain('1 of 1 dead letter settled and deleted');
  expect(await fatesOf([first])).toEqual(['dead']);
  expect((await ops(stackName, 'dead-letters', 'list')).code).toBe(0);
});

test('every form of message is told, and a foreign one is left alone by every command', async () => {
  const { call } = await launchWithSdk({ tags: [{ key: 'Name', value: 'web' }] });
  const event = eventOf(call);
  const { requestPayload: _, ...leftOut } = ownRecord(event);
  const ids = await putMessages(stack.DeadLetterQueueUrl, [
    { body: ownRecord(event) },
    { body: event, attributes: undelivered() },
    { body: event, attributes: functionDeadLetterAttributes },
    { body: leftOut },
    { body: ownRecord({ hello: 'world' }, 'Expected `source` to be string') },
  ]);
  const foreign = await putMessages(stack.DeadLetterQueueUrl, [{ body: 'hello' }, { body: { order: 7 } }]);

  const listed = await list();
  const causes = new Map(listed.deadLetters.map((letter) => [letter.messageId, letter.causes[0]]));
  expect(ids.map((id) => causes.get(id))).toEqual([
    'unsettled',
    'undelivered',
    'unsettled',
    'unsettled',
    'invalid-event',
  ]);
  expect(listed.foreign.map(({ messageId }) => messageId).toSorted()).toEqual(foreign.toSorted());

  const table = await ops(stackName, 'dead-letters', 'list');
  expect(table.stdout).toContain('settled by now');
  expect(table.stderr).toContain('is not of this stack (not JSON');

  const redriven = await ops(stackName, 'dead-letters', 'redrive', '--yes');
  expect(redriven.code).toBe(1);
  const discarded = await ops(stackName, 'dead-letters', 'discard', '--all', '--reason', 'seen', '--yes');
  expect(discarded.code).toBe(0);

  const left = await list();
  expect(left.deadLetters).toEqual([]);
  expect(left.foreign.map(({ messageId }) => messageId).toSorted()).toEqual(foreign.toSorted());
});

test('an event that the rule could not deliver is settled by a redrive of its cause, and no other', async () => {
  const nameless = await launchWithSdk();
  const other = await launchWithSdk();
  await putMessages(stack.DeadLetterQueueUrl, [
    { body: eventOf(nameless.call), attributes: undelivered() },
    { body: eventOf(other.call), attributes: { ...undelivered(), ERROR_CODE: 'THROTTLING' } },
  ]);

  const run = await ops(stackName, 'dead-letters', 'redrive', '--cause', 'NO_PERMISSIONS', '--yes');

  expect(run.code).toBe(0);
  expect(await fatesOf(nameless.instanceIds)).toEqual(['dead']);
  expect(await fatesOf(other.instanceIds)).toEqual(['alive']);
  const [id = ''] = other.instanceIds;
  expect((await ops(stackName, 'dead-letters', 'redrive', '--instance', id, '--yes')).code).toBe(0);
  expect(await fatesOf([id])).toEqual(['dead']);
});

test('a redrive that fails for another reason keeps the message with that reason and its age', async () => {
  const { instanceIds, call } = await launchWithSdk();
  const [instanceId = ''] = instanceIds;
  await protect(instanceId, true);
  const [before = ''] = await putMessages(stack.DeadLetterQueueUrl, [
    { body: eventOf(call), attributes: undelivered() },
  ]);
  const [first] = (await list('--message', before)).deadLetters;

  const run = await ops(stackName, 'dead-letters', 'redrive', '--message', before, '--yes');

  expect(run.code).toBe(1);
  const [after] = (await list('--instance', instanceId)).deadLetters;
  expect(after).toMatchObject({ causes: ['unsettled', 'protected'], since: first?.since });
  expect(after?.messageId).not.toBe(before);

  await ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key: 'Name', Value: 'kept' }] }));
  expect((await list('--instance', instanceId)).deadLetters).toMatchObject([{ settled: true }]);
  expect((await ops(stackName, 'dead-letters', 'redrive', '--instance', instanceId, '--yes')).code).toBe(0);
  expect(await fatesOf([instanceId])).toEqual(['alive']);
});

test('a discard is a dry run until --yes, and then leaves a line that says who, what and why', async () => {
  const { instanceIds, call } = await launchWithSdk();
  const [messageId = ''] = await putMessages(stack.DeadLetterQueueUrl, [{ body: ownRecord(eventOf(call)) }]);
  const discard = ['dead-letters', 'discard', '--message', messageId, '--reason', 'named by hand'];

  const dryRun = await ops(stackName, ...discard);
  expect(dryRun.code).toBe(1);
  expect((await list('--message', messageId)).deadLetters).toHaveLength(1);

  const run = await ops(stackName, ...discard, '--yes');
  expect(run.code).toBe(0);
  expect((await list('--message', messageId)).deadLetters).toEqual([]);
  expect(await fatesOf(instanceIds)).toEqual(['alive']);
  expect(await logLines(stack.LogGroupName)).toContainEqual(
    expect.objectContaining({
      message: 'dead letter discarded',
      reason: 'named by hand',
      discardedBy: `arn:aws:iam::${account}:root`,
      messageId,
      instanceIds,
    }),
  );
});
