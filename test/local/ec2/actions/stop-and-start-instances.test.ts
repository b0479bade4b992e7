import {
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { launched, refusalOf, started } from '../started-endpoint.ts';

async function stop(client: EC2Client, InstanceIds: string[]): Promise<void> {
  await client.send(new StopInstancesCommand({ InstanceIds }));
}

async function start(client: EC2Client, InstanceIds: string[]): Promise<void> {
  await client.send(new StartInstancesCommand({ InstanceIds }));
}

describe('StopInstances and StartInstances', () => {
  test('take an instance through its states', async () => {
    const { client, clock, endpoint } = await started();
    const { ids } = await launched(client);
    const state = (): string | undefined => {
      const instance = endpoint.fleet.find(ids[0] ?? '');
      return instance && endpoint.fleet.state(instance);
    };
    clock.time += 60_000;
    const seen = [state()];

    for (const turn of [stop, stop, start]) {
      await turn(client, ids);
      seen.push(state());
      clock.time += 60_000;
      seen.push(state());
    }

    expect(seen).toEqual(['running', 'stopping', 'stopped', 'stopped', 'stopped', 'pending', 'running']);
  });

  test.each([
    ['stop', stop],
    ['start', start],
  ])('refuse to %s an instance that is terminated', async (_, turn) => {
    const { client } = await started();
    const { ids } = await launched(client);
    await client.send(new TerminateInstancesCommand({ InstanceIds: ids }));

    const refusal = await refusalOf(turn(client, ids));

    expect(refusal.code).toBe('IncorrectInstanceState');
  });
});
