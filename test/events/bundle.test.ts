import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEc2Endpoint, type Ec2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { holdInstancesOf, readEventFile } from '../../src/local/event-file.ts';
import {
  startFunction,
  type FunctionProcess,
  type InvocationResult,
} from '../../src/local/lambda/function-process.ts';
import { readSampleEvents, sampleEventsFolder, type SampleEvent } from '../../src/local/sample-events.ts';

const samples = await readSampleEvents();

let ec2: Ec2Endpoint;
let enforcer: FunctionProcess;

beforeAll(async () => {
  ec2 = await startEc2Endpoint();
  enforcer = await startFunction({ endpointUrl: ec2.url, region: ec2.region });
});

afterAll(async () => {
  await enforcer.close();
  await ec2.close();
});

describe('the bundle that gets deployed', () => {
  it.each(samples)('does with $file what the table says', async ({ file, expected }) => {
    const path = join(sampleEventsFolder, file);
    const event = await readEventFile(path);
    await holdInstancesOf(path, event, ec2.fleet);

    expect(comparable(await enforcer.invoke(event))).toEqual(wanted(expected));
  });
});

/** What `expected.json` says, without what only the error's class holds. */
function wanted(expected: SampleEvent['expected']): unknown {
  if ('error' in expected) return { error: expected.error };
  return { launch: expected.launch, outcomes: new Set(expected.outcomes) };
}

function comparable(invocation: InvocationResult): unknown {
  if (invocation.kind === 'failed') return { error: invocation.error.name };
  const { launch, outcomes } = invocation.answer;
  const { kind, reason } = launch ?? {};
  return { launch: reason === undefined ? { kind } : { kind, reason }, outcomes: new Set(outcomes) };
}
