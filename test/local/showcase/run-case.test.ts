import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunInstancesCall } from '../../../src/local/ec2/call.ts';
import { startEc2Endpoint, type Ec2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { startFunction, type FunctionProcess } from '../../../src/local/lambda/function-process.ts';
import { mismatches, runCase } from '../../../src/local/showcase/run-case.ts';

const calls: RunInstancesCall[] = [];
let ec2: Ec2Endpoint;
let enforcer: FunctionProcess;

beforeAll(async () => {
  ec2 = await startEc2Endpoint({ onRunInstances: (call) => calls.push(call) });
  enforcer = await startFunction({ endpointUrl: ec2.url, region: ec2.region });
});

afterAll(async () => {
  await enforcer.close();
  await ec2.close();
});

describe('a launch of the showcase', () => {
  it('tells what became of each instance, and how many calls to EC2 that took', async () => {
    const result = await runCase(
      { title: 'no tags', expected: ['terminated: no-name-tag'] },
      ec2,
      calls,
      enforcer,
    );

    expect(result).toMatchObject({
      calls: 2,
      instances: [{ outcome: 'terminated: no-name-tag', alive: false, asExpected: true }],
    });
    expect(mismatches([result], ec2.fleet)).toEqual([]);
  });

  it('is wrong when its outcome is another one than expected', async () => {
    const result = await runCase({ title: 'no tags', expected: ['spared: named'] }, ec2, calls, enforcer);

    expect(mismatches([result], { terminations: [] })).toEqual([
      expect.stringMatching(
        /^no tags: expected spared: named, got terminated: no-name-tag, and it is gone \(i-/,
      ),
    ]);
  });

  it('is wrong when the instance lives though its outcome says otherwise', async () => {
    const result = await runCase(
      {
        title: 'not really',
        settings: { MODE: 'report' },
        meanwhile: ({ endpoint, instanceIds }) => {
          endpoint.faults.add({ kind: 'overlook', instanceIds });
        },
        expected: ['terminated: no-name-tag'],
      },
      ec2,
      calls,
      enforcer,
    );

    expect(result.instances).toMatchObject([{ alive: true, asExpected: false }]);
  });

  it('is wrong when an instance is terminated that no event told of', () => {
    const terminations = [{ instanceId: 'i-00000000000000001', at: 0 }];

    expect(mismatches([], { terminations })).toEqual([
      'i-00000000000000001 was terminated, and no event told of it.',
    ]);
  });
});
