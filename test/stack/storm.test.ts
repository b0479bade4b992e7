import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetEventSourceMappingCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outputs } from '../../src/local/aws/stack.ts';
import { ops } from './ops/run-ops.ts';
import { cloudWatch, lambda } from './support/clients.ts';
import { fateOfEach, soon } from './support/fates.ts';
import { publish } from './support/figures.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, stackId } from './support/stack.ts';
import { messagesIn, withoutDelay } from './support/starts.ts';
import { deliver, eventOf } from './support/trail.ts';

const name = 'storm';
const launches = 500;
const parameters = {
  Timeout: '15',
  KillStormThreshold: '20',
  PauseOnKillStorm: 'true',
  ReservedConcurrency: '2',
};
const patient = { timeout: 60_000, interval: 500 };
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(name, parameters);
  await withoutDelay(stack.SecondLookQueueUrl);
});
afterAll(async () => {
  await remove(name);
});

async function isPaused(): Promise<boolean> {
  const [{ ReservedConcurrentExecutions }, { State }] = await Promise.all([
    lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: stack.FunctionName })),
    lambda.send(new GetEventSourceMappingCommand({ UUID: stack.SecondLookMappingId })),
  ]);
  return ReservedConcurrentExecutions === 0 && State === 'Disabled';
}

test('a storm of 500 nameless launches pauses all, loses nothing, and is settled when somebody resumes', async (context) => {
  const launched = await pMap(Array.from({ length: launches }), async () => launchWithSdk(), {
    concurrency: 8,
  });
  const ids = launched.flatMap(({ instanceIds }) => instanceIds);
  const dead = async (): Promise<number> =>
    [...(await fateOfEach(ids)).values()].filter((fate) => fate === 'dead').length;

  await deliver(...launched.map(({ call }) => eventOf(call)));
  await expect.poll(isPaused, patient).toBe(true);
  // What was begun ends, and what was not waits.
  await expect
    .poll(async () => (await dead()) + (await messagesIn(stack.SecondLookQueueUrl)), patient)
    .toBe(launches);
  const killed = await dead();
  const { MetricAlarms: alarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  const doctor = await ops(name, 'doctor');
  const again = await ops(name, 'pause', '--reason', 'by hand', '--yes');
  const shown = await ops(name, 'resume');

  expect(killed).toBeGreaterThan(20);
  expect(killed).toBeLessThan(launches / 2);
  expect(alarms.find(({ AlarmName }) => AlarmName?.startsWith(`${name}-KillStormAlarm-`))?.StateValue).toBe(
    'ALARM',
  );
  expect(doctor.stdout).toMatch(
    /It is paused: all waits\. Since \S+ alarm storm-KillStormAlarm-\S+ Threshold/,
  );
  expect(again.stdout).toContain('It was paused before');
  expect(shown.stdout).toContain('Would resume it');
  expect(await dead()).toBe(killed);

  const resumed = await ops(name, 'resume', '--reason', 'it is over', '--yes');

  expect(resumed.stdout).toContain('Resumed');
  await expect.poll(dead, { timeout: 120_000, interval: 1_000 }).toBe(launches);
  await expect.poll(async () => messagesIn(stack.SecondLookQueueUrl), patient).toBe(0);
  expect(await messagesIn(stack.DeadLetterQueueUrl)).toBe(0);
  expect((await ops(name, 'resume', '--yes')).code).toBe(2);
  publish(context, {
    title: 'A storm of nameless launches, threshold 20',
    rows: [{ launches, 'dead before the pause': killed, 'dead after resume': await dead(), lost: 0 }],
  });
}, 300_000);

test('a deployment while it is paused does not resume it, though it sets the concurrency anew', async () => {
  await ops(name, 'pause', '--reason', 'a test', '--yes');
  await expect.poll(isPaused, soon).toBe(true);

  await deploy(name, { ...parameters, ReservedConcurrency: '3' });
  const afterwards = await isPaused();
  await deliver({
    source: 'aws.cloudformation',
    'detail-type': 'CloudFormation Stack Status Change',
    detail: {
      'stack-id': await stackId(name),
      'status-details': { status: 'UPDATE_COMPLETE', 'status-reason': '' },
    },
  });

  // Otherwise this test would show nothing.
  expect(afterwards).toBe(false);
  await expect.poll(isPaused, soon).toBe(true);
  await ops(name, 'resume', '--yes');
  await expect.poll(isPaused, soon).toBe(false);
  const { ReservedConcurrentExecutions } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName: stack.FunctionName }),
  );
  expect(ReservedConcurrentExecutions).toBe(3);
}, 120_000);
