import {
  ModifyInstanceAttributeCommand,
  TerminateInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { Ec2Endpoint } from '../../../../src/local/ec2/endpoint.ts';
import { launched, refusalOf, started } from '../started-endpoint.ts';

async function terminate(client: EC2Client, InstanceIds: string[]): Promise<Record<string, string[]>> {
  const { TerminatingInstances = [] } = await client.send(new TerminateInstancesCommand({ InstanceIds }));
  return Object.fromEntries(
    TerminatingInstances.map(({ InstanceId = '', PreviousState, CurrentState }) => [
      InstanceId,
      [PreviousState?.Name ?? '', CurrentState?.Name ?? ''],
    ]),
  );
}

async function protect(client: EC2Client, InstanceId: string): Promise<void> {
  await client.send(
    new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }),
  );
}

function terminatedIds({ fleet }: Ec2Endpoint): string[] {
  return fleet.terminations.map(({ instanceId }) => instanceId);
}

const unknownIds = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'];

describe('TerminateInstances', () => {
  test('shuts instances down, and terminates them after a while', async () => {
    const { client, clock, endpoint } = await started();
    const { ids } = await launched(client);
    const id = ids[0] ?? '';

    const first = await terminate(client, ids);
    clock.time += 10_000;
    const again = await terminate(client, ids);

    expect(first).toEqual({ [id]: ['pending', 'shutting-down'] });
    expect(again).toEqual({ [id]: ['terminated', 'terminated'] });
    expect(terminatedIds(endpoint)).toEqual(ids);
  });

  test('refuses all for one unknown id, and names every unknown one', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);

    const refusal = await refusalOf(terminate(client, [...ids, ...unknownIds]));

    expect(refusal).toEqual({
      code: 'InvalidInstanceID.NotFound',
      message: `The instance IDs '${unknownIds.join(', ')}' do not exist`,
      status: 400,
    });
    expect(terminatedIds(endpoint)).toEqual([]);
  });

  test('refuses all for one malformed id', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client);

    const refusal = await refusalOf(terminate(client, [...ids, 'i-xyz']));

    expect(refusal).toMatchObject({ code: 'InvalidInstanceID.Malformed', message: 'Invalid id: "i-xyz"' });
    expect(terminatedIds(endpoint)).toEqual([]);
  });

  test('takes 1,000 ids and refuses 1,001', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 1001);

    const refusal = await refusalOf(terminate(client, ids));
    const answer = await terminate(client, ids.slice(1));

    expect(refusal.code).toBe('InvalidRequest');
    expect(Object.keys(answer)).toHaveLength(1000);
    expect(endpoint.fleet.terminations).toHaveLength(1000);
  });

  test('refuses a call without an id', async () => {
    const { client } = await started();

    const refusal = await refusalOf(terminate(client, []));

    expect(refusal).toMatchObject({ code: 'InvalidParameterCombination', message: 'No instances specified' });
  });

  test('does nothing in a dry run', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client);

    const refusal = await refusalOf(
      client.send(new TerminateInstancesCommand({ InstanceIds: ids, DryRun: true })),
    );

    expect(refusal).toMatchObject({ code: 'DryRunOperation', status: 412 });
    expect(terminatedIds(endpoint)).toEqual([]);
  });

  test('spares the whole zone of a protected instance, terminates the other zones, and fails', async () => {
    const { client, endpoint } = await started();
    const a = await launched(client, 2, [], 'us-east-1a');
    const b = await launched(client, 2, [], 'us-east-1b');
    await protect(client, b.ids[0] ?? '');

    const refusal = await refusalOf(terminate(client, [...b.ids, ...a.ids]));

    expect(refusal).toEqual({
      code: 'OperationNotPermitted',
      message: `The instance '${b.ids[0]}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      status: 400,
    });
    expect(terminatedIds(endpoint)).toEqual(a.ids);
  });

  test('leaves a zone alone only for a protected instance of the same call', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);
    await protect(client, ids[0] ?? '');

    await terminate(client, ids.slice(1));

    expect(terminatedIds(endpoint)).toEqual(ids.slice(1));
  });
});

test('TerminateInstances takes an instance again that is on its way down, protected or not', async () => {
  const { client } = await started();
  const { ids } = await launched(client);
  await terminate(client, ids);
  await protect(client, ids[0] ?? '');

  const again = await terminate(client, ids);

  expect(again).toEqual({ [ids[0] ?? '']: ['shutting-down', 'shutting-down'] });
});

describe('the guard of the role', () => {
  const named = [{ key: 'Name', value: ' ' }];
  const nameless = [
    { key: 'Name', value: '' },
    { key: 'owner', value: 'Name' },
  ];

  test('refuses a call with a named instance whole', async () => {
    const { client, endpoint } = await started({ guardNamed: true });
    const other = await launched(client, 1, nameless);
    const { ids } = await launched(client, 1, named);

    const refusal = await refusalOf(terminate(client, [...other.ids, ...ids]));

    expect(refusal).toMatchObject({
      code: 'UnauthorizedOperation',
      status: 403,
    });
    expect(refusal.message).toContain(`arn:aws:ec2:us-east-1:123456789012:instance/${ids[0]}`);
    expect(terminatedIds(endpoint)).toEqual([]);
  });

  test.each(['name', 'NAME'])('takes the key %s for a name, as IAM does', async (key) => {
    const { client, endpoint } = await started({ guardNamed: true });
    const { ids } = await launched(client, 1, [{ key, value: 'web' }]);

    const refusal = await refusalOf(terminate(client, ids));

    expect(refusal).toMatchObject({ code: 'UnauthorizedOperation' });
    expect(terminatedIds(endpoint)).toEqual([]);
  });

  test('lets nameless instances go, and is off by default', async () => {
    const guarded = await started({ guardNamed: true });
    const open = await started();
    const first = await launched(guarded.client, 1, nameless);
    const second = await launched(open.client, 1, named);

    await terminate(guarded.client, first.ids);
    await terminate(open.client, second.ids);

    expect(terminatedIds(guarded.endpoint)).toEqual(first.ids);
    expect(terminatedIds(open.endpoint)).toEqual(second.ids);
  });
});

describe('the faults of TerminateInstances', () => {
  test('hide an instance, so that its call is refused', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);
    endpoint.faults.add({
      kind: 'hide',
      action: 'TerminateInstances',
      instanceIds: ids.slice(0, 1),
      times: 1,
    });

    const refusal = await refusalOf(terminate(client, ids));
    await terminate(client, ids);

    expect(refusal).toMatchObject({
      code: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${ids[0]}' does not exist`,
    });
    expect(terminatedIds(endpoint)).toEqual(ids);
  });

  test.each([
    ['UnauthorizedOperation', 403],
    ['UnsupportedOperation', 400],
  ] as const)('refuse a call with a certain instance by %s', async (code, status) => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);
    endpoint.faults.add({ kind: 'refuse', instanceIds: ids.slice(1), code });

    const refusal = await refusalOf(terminate(client, ids));
    await terminate(client, ids.slice(0, 1));

    expect(refusal).toMatchObject({ code, status });
    expect(refusal.message).toContain(ids[1] ?? '');
    expect(terminatedIds(endpoint)).toEqual(ids.slice(0, 1));
  });

  test('overlook an instance: it lives on, and the answer does not list it', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);
    endpoint.faults.add({ kind: 'overlook', instanceIds: ids.slice(0, 1), times: 1 });

    const answer = await terminate(client, ids);

    expect(Object.keys(answer)).toEqual(ids.slice(1));
    expect(terminatedIds(endpoint)).toEqual(ids.slice(1));
  });

  test('list an instance that nobody asked for, which lives on', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);
    endpoint.faults.add({ kind: 'stray', action: 'TerminateInstances', instanceIds: ids.slice(1) });

    const answer = await terminate(client, ids.slice(0, 1));

    expect(Object.keys(answer)).toEqual(ids);
    expect(terminatedIds(endpoint)).toEqual(ids.slice(0, 1));
  });
});
