import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunInstancesCall } from '../../../src/local/ec2/call.ts';
import { startEc2Endpoint, type Ec2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { startLambdaEndpoint, type LambdaEndpoint } from '../../../src/local/lambda/control-plane.ts';
import {
  startFunction,
  type FunctionFile,
  type FunctionProcess,
} from '../../../src/local/lambda/function-process.ts';
import type { LaunchCase } from '../../../src/local/showcase/launch-case.ts';
import { mismatches, queues, type CaseResult } from '../../../src/local/showcase/case-results.ts';
import { runCase } from '../../../src/local/showcase/run-case.ts';
import { startSqsEndpoint, type SqsEndpoint } from '../../../src/local/sqs/endpoint.ts';

const recordedCalls: RunInstancesCall[] = [];
let ec2: Ec2Endpoint;
let sqs: SqsEndpoint;
let lambda: LambdaEndpoint;
const functions = new Map<FunctionFile, FunctionProcess>();

beforeAll(async () => {
  ec2 = await startEc2Endpoint({ onRunInstances: (call) => recordedCalls.push(call) });
  sqs = await startSqsEndpoint(ec2.account);
  lambda = await startLambdaEndpoint();
  const environment = {
    AWS_ENDPOINT_URL_SQS: sqs.url,
    SECOND_LOOK_QUEUE_URL: sqs.queueUrl(queues.secondLook),
    DEAD_LETTER_QUEUE_URL: sqs.queueUrl(queues.deadLetter),
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    ENFORCER_FUNCTION_ARN: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag',
    RESERVED_CONCURRENCY: '5',
    SECOND_LOOK_MAPPING_ID: '6c7c2f6e-0000-4000-8000-000000000001',
    STACK_NAME: 'local',
  };
  for (const file of ['enforce-name-tag', 'second-look', 'pause'] as const)
    functions.set(file, await startFunction({ file, endpointUrl: ec2.url, region: ec2.region, environment }));
});

afterAll(async () => {
  for (const started of functions.values()) await started.close();
  await sqs.close();
  await lambda.close();
  await ec2.close();
});

async function run(launch: Partial<LaunchCase>): Promise<CaseResult> {
  return runCase(
    { title: 'no tags', expected: ['terminated: no-name-tag'], ...launch },
    { ec2, sqs, lambda, recordedCalls },
    async (file) => functions.get(file) ?? Promise.reject(new Error(`${file} is not started.`)),
  );
}

describe('a case of the showcase', () => {
  it('tells what became of each instance, and how many calls to EC2 that took', async () => {
    const result = await run({});

    expect(result).toMatchObject({
      calls: 2,
      instances: [{ outcome: 'terminated: no-name-tag', alive: false, asExpected: true }],
    });
    expect(mismatches([result], ec2.fleet)).toEqual([]);
  });

  it('lets all wait while it is paused, and settles it when it is resumed', async () => {
    const running = await run({ paused: true });
    const other = await run({});

    expect(running).toMatchObject({ instances: [{ outcome: 'terminated: no-name-tag', asExpected: true }] });
    expect(lambda.runsLaunches() && lambda.readsQueue()).toBe(true);
    expect(other).toMatchObject({ instances: [{ asExpected: true }] });
  });

  it('tells what both functions did, one after the other, when both signals come', async () => {
    const result = await run({ signals: ['launch', 'running'] });

    expect(result).toMatchObject({
      calls: 3,
      instances: [{ outcome: 'terminated, then already-gone: shutting-down', alive: false }],
    });
  });

  it('gives a launch that failed to the second look, and tells what that made of it', async () => {
    const result = await run({
      timeLeft: 5_500,
      meanwhile: ({ endpoint: { faults } }) => {
        faults.add({ kind: 'error', action: 'DescribeInstances', code: 'Unavailable' });
      },
      later: ({ endpoint: { faults } }) => faults.clear(),
    });

    expect(result.instances).toMatchObject([
      { outcome: 'failed, then terminated: no-name-tag', alive: false },
    ]);
  });

  it('tells of what lies in the dead-letter queue, and of that alone', async () => {
    const request = { MinCount: '2', MaxCount: '2' };
    const result = await run({ request, meanwhile: async (seen) => seen.protect(seen.id(1)) });

    expect(result.instances).toMatchObject([
      { outcome: 'terminated: no-name-tag' },
      { outcome: 'failed: protected, dead letter', alive: true },
    ]);
  });

  it('tells of instances that were there before, and were not launched', async () => {
    const existing = { launchedAt: 0, instances: [{ tags: [{ key: 'team', value: 'web' }] }] };
    const result = await run({ existing, signals: ['running'] });

    expect(result.instances).toMatchObject([
      { outcome: 'spared: not-a-launch', launchTags: [{ key: 'team', value: 'web' }], alive: true },
    ]);
  });

  it('is wrong when its outcome is another one than expected', async () => {
    const result = await run({ expected: ['spared: named'] });

    expect(mismatches([result], { terminations: [] })).toEqual([
      expect.stringMatching(
        /^no tags: expected spared: named, got terminated: no-name-tag, and it is gone \(i-/,
      ),
    ]);
  });

  it('is wrong when the instance lives though its outcome says otherwise', async () => {
    const result = await run({
      timeLeft: 5_000,
      meanwhile: ({ endpoint, instanceIds }) => {
        endpoint.faults.add({ kind: 'overlook', instanceIds });
      },
    });

    expect(result.instances).toMatchObject([{ alive: true, asExpected: false }]);
  });

  it('is wrong when an instance is terminated that no event told of', () => {
    const terminations = [{ instanceId: 'i-00000000000000001', at: 0 }];

    expect(mismatches([], { terminations })).toEqual([
      'i-00000000000000001 was terminated, and no event told of it.',
    ]);
  });
});
