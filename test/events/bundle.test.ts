import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEc2Endpoint, type Ec2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { holdInstancesOf, readEventFile } from '../../src/local/event-file.ts';
import {
  startFunction,
  type FunctionFile,
  type FunctionProcess,
  type InvocationResult,
} from '../../src/local/lambda/function-process.ts';
import { readSampleEvents, sampleEventsFolder, type SampleEvent } from '../../src/local/sample-events.ts';

const samples = await readSampleEvents();

let ec2: Ec2Endpoint;
const functions = new Map<FunctionFile, FunctionProcess>();

beforeAll(async () => {
  ec2 = await startEc2Endpoint();
  for (const file of ['enforce-name-tag', 'second-look'] as const)
    functions.set(file, await startFunction({ file, endpointUrl: ec2.url, region: ec2.region }));
});

afterAll(async () => {
  for (const started of functions.values()) await started.close();
  await ec2.close();
});

describe('the bundle that gets deployed', () => {
  it.each(samples)('does with $file what the table says', async ({ file, expected }) => {
    const path = join(sampleEventsFolder, file);
    const read = await readEventFile(path);
    await holdInstancesOf(path, read, ec2.fleet);

    const invocation = await functions.get(read.function)?.invoke(read.event);

    expect(comparable(invocation)).toEqual(wanted(expected));
  });
});

/** What `expected.json` says, without what only the error's class holds. */
function wanted(expected: SampleEvent['expected']): unknown {
  if ('error' in expected) return { error: expected.error };
  return { ...expected, outcomes: new Set(expected.outcomes) };
}

function comparable(invocation: InvocationResult | undefined): unknown {
  if (invocation?.kind !== 'answered') return { error: invocation?.error.name };
  const { launch, outcomes, ...answer } = invocation.answer;
  if (launch === undefined) return { ...answer, outcomes: new Set(outcomes) };
  const { kind, reason } = launch;
  return { launch: reason === undefined ? { kind } : { kind, reason }, outcomes: new Set(outcomes) };
}
