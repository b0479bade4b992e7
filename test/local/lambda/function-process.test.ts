import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEc2Endpoint, type Ec2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import {
  plainRuntime,
  startFunction,
  startRuntime,
  type FunctionProcess,
} from '../../../src/local/lambda/function-process.ts';
import { launchedItem, launchEvent } from '../../support/launch-events.ts';
import { batchOf, failureRecordOf, startEvent } from '../../support/second-look-messages.ts';

const instanceId = 'i-00000000000000001';

let ec2: Ec2Endpoint;
let enforcer: FunctionProcess | undefined;

beforeEach(async () => {
  ec2 = await startEc2Endpoint();
  ec2.fleet.add({ instances: [{ instanceId, tags: [] }] });
});

afterEach(async () => {
  await enforcer?.close();
  await ec2.close();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<FunctionProcess> {
  enforcer = await startFunction({ endpointUrl: ec2.url, region: ec2.region, environment });
  return enforcer;
}

describe('the built bundle in a process of its own', () => {
  it('answers as the handler does, with what it logged', async () => {
    const invocation = await (await start()).invoke(launchEvent({ instances: [launchedItem(instanceId)] }));

    expect(invocation).toMatchObject({
      kind: 'answered',
      answer: { outcomes: [{ instanceId, outcome: 'terminated', reason: 'no-name-tag' }] },
    });
    expect(invocation.log.join()).toContain('"instance settled"');
  });

  it('gives the name and the message of an error that the handler throws', async () => {
    const invocation = await (await start()).invoke({});

    expect(invocation).toMatchObject({ kind: 'failed', error: { name: 'InvalidEventError' } });
  });

  it('is the function of the second look too, where the first message of a batch comes from', async () => {
    const file = 'second-look';
    enforcer = await startFunction({ file, endpointUrl: ec2.url, region: ec2.region });
    const event = launchEvent({ instances: [launchedItem(instanceId)] });
    const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');

    const [record, started] = [
      await enforcer.invoke(batchOf(failureRecordOf(event))),
      await enforcer.invoke(batchOf(startEvent({ instanceId, time, region: 'ap-south-1' }))),
    ];

    expect(record).toMatchObject({
      answer: { batchItemFailures: [], outcomes: [{ instanceId, outcome: 'terminated' }] },
    });
    expect(started).toMatchObject({ answer: { outcomes: [{ instanceId, outcome: 'already-gone' }] } });
  });

  it('says what is wrong when it does not start', async () => {
    const failure = start({ MODE: 'kill' });

    await expect(failure).rejects.toMatchObject({ name: 'FunctionStartError' });
    await expect(failure).rejects.toThrow('InvalidSettingError: Expected the environment variable `MODE`');
  });

  it('stays warm from one event to the next', async () => {
    const warm = await start();

    const kinds = [await warm.invoke({}), await warm.invoke(launchEvent({ detail: { errorCode: 'x' } }))].map(
      ({ kind }) => kind,
    );

    expect(kinds).toEqual(['failed', 'answered']);
  });

  it('has all that an invocation logged, and nothing of the one before, however much it is', async () => {
    const warm = await start();
    const ids = Array.from({ length: 400 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    const named = [{ key: 'Name', value: 'web' }];
    await warm.invoke({});

    const event = launchEvent({ instances: ids.map((id) => launchedItem(id, named)), requestTags: [] });
    const { log } = await warm.invoke(event);

    const settled = log.filter((line) => line.includes('"instance settled"'));
    expect(settled).toHaveLength(ids.length);
    expect(log.join()).not.toContain('InvalidEventError');
  });

  it('says so when its process ends', async () => {
    const ended = await start();
    const invocation = ended.invoke(launchEvent({ instances: [launchedItem(instanceId)] }));
    await ended.close();

    await expect(invocation).rejects.toThrow("Expected the function's process to answer; it ended.");
  });
});

it('A function whose time is up is told so, as Lambda does it, and takes the next event when it is done', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'function-'));
  const bundle = join(folder, 'slow.mjs');
  const handler = 'async (ms) => new Promise((done) => setTimeout(done, ms, `slept ${ms} ms`))';
  await writeFile(bundle, `export const handler = ${handler};`);
  const program = { command: process.execPath, options: [plainRuntime, bundle], environment: {}, folder };
  const runtime = await startRuntime(program);

  const [late, next] = [await runtime.invoke('400', 200), await runtime.invoke('1')];
  await runtime.close();

  expect(late).toMatchObject({ kind: 'failed', error: { name: 'Sandbox.Timedout' } });
  expect(next).toEqual({ kind: 'answered', answer: '"slept 1 ms"' });
});
