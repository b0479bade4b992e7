import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fatesOf, soon } from '../support/fates.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { messagesIn } from '../support/starts.ts';
import { ops, opsJson } from './run-ops.ts';

const stackName = 'sent';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName, { Timeout: '15', GracePeriodMinutes: '1' });
});
afterAll(async () => remove(stackName));

const Waiting = v.object({
  waiting: v.array(v.looseObject({ instances: v.array(v.looseObject({ instanceId: v.string() })) })),
});

test('what ran nameless before goes the guarded way: shown, sent, listed while it waits, and dead after its grace', async () => {
  const { instanceIds } = await launchWithSdk();
  const [instanceId = ''] = instanceIds;
  const send = ['audit', '--send', '--instance', instanceId, '--no-cloudtrail'];

  const dryRun = await ops(stackName, ...send);
  expect(dryRun.stdout).toContain(instanceId);
  expect(await messagesIn(stack.SecondLookQueueUrl)).toBe(0);

  const sentAt = Date.now();
  const sent = await ops(stackName, ...send, '--yes');
  expect(sent.code).toBe(0);
  expect(await messagesIn(stack.SecondLookQueueUrl)).toBe(1);
  await expect
    .poll(async () => logLines(stack.LogGroupName), soon)
    .toContainEqual(expect.objectContaining({ message: 'instance sent', instanceId }));

  const listed = v.parse(Waiting, await opsJson(stackName, 'second-look', 'list'));
  const ids = listed.waiting.flatMap(({ instances }) => instances.map((instance) => instance.instanceId));
  expect(ids).toEqual([instanceId]);
  expect(await fatesOf(instanceIds)).toEqual(['alive']);

  await expect.poll(async () => fatesOf(instanceIds), { timeout: 100_000, interval: 500 }).toEqual(['dead']);
  expect(Date.now() - sentAt).toBeGreaterThan(60_000);
}, 200_000);
