import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEc2Endpoint, type Ec2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { startFunction, type FunctionProcess } from '../../../src/local/lambda/function-process.ts';
import { launchedItem, launchEvent } from '../../support/launch-events.ts';

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
});
