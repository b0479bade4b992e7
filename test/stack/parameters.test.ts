import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, test } from 'vitest';
import { lambda } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { logLines } from './support/function-log.ts';
import { inventory } from './support/inventory.ts';
import { launchWithSdk, type Launched } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf } from './support/trail.ts';

const stackName = 'parameters';
let before: readonly string[];
let stack: Outputs;
let reportedOnly: Launched;

async function configuration(): Promise<Pick<FunctionConfiguration, 'Architectures' | 'Timeout'>> {
  return lambda.send(new GetFunctionConfigurationCommand({ FunctionName: stack.FunctionName }));
}

async function reservedConcurrency(): Promise<number | undefined> {
  const answer = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: stack.FunctionName }));
  return answer.ReservedConcurrentExecutions;
}

async function outcomesOf(instanceId: string | undefined): Promise<unknown[]> {
  const lines = await logLines(stack.LogGroupName);
  return lines.filter((line) => line['instanceId'] === instanceId);
}

describe('deployed with Mode=report, ReservedConcurrency=none and Architecture=x86_64,', () => {
  beforeAll(async () => {
    before = await inventory();
    stack = await deploy(stackName, {
      Mode: 'report',
      ReservedConcurrency: 'none',
      Architecture: 'x86_64',
      ExemptTagKeys: 'keep',
    });
  });

  test('a nameless instance lives, and the log tells that it would have been terminated', async () => {
    reportedOnly = await launchWithSdk();

    await deliver(eventOf(reportedOnly.call));

    const reported = { outcome: 'would-terminate', reason: 'no-name-tag' };
    await expect.poll(async () => outcomesOf(reportedOnly.instanceIds[0]), soon).toMatchObject([reported]);
    expect(await fatesOf(reportedOnly.instanceIds)).toEqual(['alive']);
  });

  test('no concurrency is reserved', async () => {
    expect(await reservedConcurrency()).toBeUndefined();
  });

  test('the function is of that architecture', async () => {
    expect(await configuration()).toMatchObject({ Architectures: ['x86_64'], Timeout: 60 });
  });
});

describe('updated to Mode=terminate, with other values, without being deployed anew,', () => {
  let functionBefore: string;

  beforeAll(async () => {
    functionBefore = stack.FunctionName;
    stack = await deploy(stackName, {
      Mode: 'terminate',
      ReservedConcurrency: '7',
      Architecture: 'arm64',
      ExemptTagKeys: 'keep,Keep too',
      Timeout: '30',
    });
  });

  test('the function is still the same one', () => {
    expect(stack.FunctionName).toBe(functionBefore);
  });

  test('a nameless instance is terminated', async () => {
    const { instanceIds, call } = await launchWithSdk();

    await deliver(eventOf(call));

    await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  });

  test('one that was only reported is terminated when its event comes again', async () => {
    await deliver(eventOf(reportedOnly.call));

    await expect.poll(async () => fatesOf(reportedOnly.instanceIds), soon).toEqual(['dead']);
  });

  test('an instance with an exempt tag lives, and one with its key in other letters does not', async () => {
    const exempt = await launchWithSdk({ tags: [{ key: 'Keep too', value: '' }] });
    const almost = await launchWithSdk({ tags: [{ key: 'KEEP', value: '' }] });

    await deliver(eventOf(exempt.call), eventOf(almost.call));

    await expect.poll(async () => fatesOf(almost.instanceIds), soon).toEqual(['dead']);
    const spared = { outcome: 'spared', reason: 'exempt-at-launch' };
    await expect.poll(async () => outcomesOf(exempt.instanceIds[0]), soon).toMatchObject([spared]);
    expect(await fatesOf(exempt.instanceIds)).toEqual(['alive']);
  });

  test('as much concurrency is reserved as was asked for', async () => {
    expect(await reservedConcurrency()).toBe(7);
  });

  test('architecture and timeout are the new ones', async () => {
    expect(await configuration()).toMatchObject({ Architectures: ['arm64'], Timeout: 30 });
  });
});

describe('deleted,', () => {
  beforeAll(async () => {
    await remove(stackName);
  });

  test('it leaves nothing behind but its log', async () => {
    // Roles have no region: those of other stacks come and go meanwhile. All names that CloudFormation makes begin alike.
    const left = (await inventory()).filter((name) => name.includes(stackName) && !before.includes(name));

    expect(left).toEqual([`log group ${stack.LogGroupName}`]);
  });
});
