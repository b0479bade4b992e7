import {
  CreateTagsCommand,
  DescribeInstanceAttributeCommand,
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, test, vi } from 'vitest';
import { refusalOf, started, tagged } from './started-endpoint.ts';

const stop = async (client: EC2Client, InstanceIds: string[]) =>
  client.send(new StopInstancesCommand({ InstanceIds }));
const start = async (client: EC2Client, InstanceIds: string[]) =>
  client.send(new StartInstancesCommand({ InstanceIds }));
const terminate = async (client: EC2Client, InstanceIds: string[]) =>
  client.send(new TerminateInstancesCommand({ InstanceIds }));

describe('StopInstances and StartInstances', () => {
  test('take an instance through its states', async () => {
    const { client, endpoint, launch } = await started();
    const ids = await launch();
    const states = () => endpoint.fleet.all().map((instance) => endpoint.fleet.state(instance));
    vi.advanceTimersByTime(60_000);
    const seen = states();

    for (const turn of [stop, stop, start]) {
      await turn(client, ids);
      seen.push(...states());
      vi.advanceTimersByTime(60_000);
      seen.push(...states());
    }

    expect(seen).toEqual(['running', 'stopping', 'stopped', 'stopped', 'stopped', 'pending', 'running']);
  });

  test.each([
    ['stop', stop],
    ['start', start],
  ])('refuse to %s an instance that is terminated', async (_, turn) => {
    const { client, launch } = await started();
    const ids = await launch();
    await terminate(client, ids);

    expect(await refusalOf(turn(client, ids))).toMatchObject({ code: 'IncorrectInstanceState' });
  });
});

describe('TerminateInstances', () => {
  test('takes an instance as often as one likes, on its way down or protected, and terminates it once', async () => {
    const { client, launch, terminatedIds } = await started();
    const ids = await launch();
    const changes = [(await terminate(client, ids)).TerminatingInstances];
    await client.send(
      new ModifyInstanceAttributeCommand({ InstanceId: ids[0], DisableApiTermination: { Value: true } }),
    );
    changes.push((await terminate(client, ids)).TerminatingInstances);
    vi.advanceTimersByTime(10_000);
    changes.push((await terminate(client, ids)).TerminatingInstances);

    expect(changes.flat().map((change) => [change?.PreviousState?.Name, change?.CurrentState?.Name])).toEqual(
      [
        ['pending', 'shutting-down'],
        ['shutting-down', 'shutting-down'],
        ['terminated', 'terminated'],
      ],
    );
    expect(terminatedIds()).toEqual(ids);
  });

  test('takes 1,000 ids, and refuses 1,001 and none', async () => {
    const { client, launch, terminatedIds } = await started();
    const ids = await launch(1001);

    const codes = [await refusalOf(terminate(client, ids)), await refusalOf(terminate(client, []))];
    await terminate(client, ids.slice(1));

    expect(codes.map(({ code }) => code)).toEqual(['InvalidRequest', 'InvalidParameterCombination']);
    expect(terminatedIds()).toEqual(ids.slice(1));
  });

  test.each(['Name', 'name', 'NAME'])(
    'is refused whole by the guard of the role for a tag %s with a value, as IAM does it',
    async (key) => {
      const { client, launch, terminatedIds } = await started({ guardNamed: true });
      const nameless = await launch(1, tagged({ Key: key, Value: '' }, { Key: 'owner', Value: 'Name' }));
      const named = await launch(1, tagged({ Key: key, Value: ' ' }));

      const refusal = await refusalOf(terminate(client, [...nameless, ...named]));
      const before = terminatedIds();
      await terminate(client, nameless);

      expect(refusal).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
      expect(refusal.message).toContain(`arn:aws:ec2:us-east-1:123456789012:instance/${named[0]}`);
      expect([before, terminatedIds()]).toEqual([[], nameless]);
    },
  );

  test('is refused by a fault for certain instances, whole', async () => {
    const { client, endpoint, launch, terminatedIds } = await started();
    const ids = await launch(2);
    endpoint.faults.add({ kind: 'refuse', instanceIds: ids.slice(1) });

    const refusal = await refusalOf(terminate(client, ids));
    await terminate(client, ids.slice(0, 1));

    expect(refusal).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
    expect(terminatedIds()).toEqual(ids.slice(0, 1));
  });

  test('overlooks certain instances by a fault: they live on, and the answer does not list them', async () => {
    const { client, endpoint, launch, terminatedIds } = await started();
    const ids = await launch(2);
    endpoint.faults.add({ kind: 'overlook', instanceIds: ids.slice(0, 1), times: 1 });

    const { TerminatingInstances } = await terminate(client, ids);

    expect(TerminatingInstances?.map(({ InstanceId }) => InstanceId)).toEqual(ids.slice(1));
    expect(terminatedIds()).toEqual(ids.slice(1));
  });
});

describe('the attribute disableApiTermination', () => {
  test('is switched on and off, and told', async () => {
    const { client, launch } = await started();
    const [InstanceId = ''] = await launch();
    const told = async () => {
      const question = { InstanceId, Attribute: 'disableApiTermination' } as const;
      const answer = await client.send(new DescribeInstanceAttributeCommand(question));
      return answer.DisableApiTermination?.Value;
    };

    const seen = [await told()];
    for (const Value of [true, false]) {
      await client.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value } }));
      seen.push(await told());
    }

    expect(seen).toEqual([false, true, false]);
  });

  test.each([
    ['another attribute', { Attribute: 'userData' as const, Value: 'x' }, 'MissingParameter'],
    ['a malformed id', { InstanceId: 'web' }, 'InvalidInstanceID.Malformed'],
    ['a dry run', { DryRun: true }, 'DryRunOperation'],
  ])('stays as it is after %s', async (_, input, code) => {
    const { client, endpoint, launch } = await started();
    const [InstanceId = ''] = await launch();
    const protect = 'Attribute' in input ? {} : { DisableApiTermination: { Value: true } };

    const refusal = await refusalOf(
      client.send(new ModifyInstanceAttributeCommand({ InstanceId, ...protect, ...input })),
    );

    expect(refusal.code).toBe(code);
    expect(endpoint.fleet.find(InstanceId)?.terminationProtected).toBe(false);
  });
});

test.each([
  ['no resource', { Resources: [] }, 'InvalidParameterCombination'],
  ['something else than an instance', { Resources: ['vol-12345678'] }, 'InvalidInstanceID.Malformed'],
  ['no tag', { Tags: [] }, 'InvalidParameterValue'],
])('CreateTags refuses %s, and sets nothing', async (_, input, code) => {
  const { client, endpoint, launch } = await started();
  const Resources = await launch();

  const command = new CreateTagsCommand({ Resources, Tags: [{ Key: 'Name', Value: 'x' }], ...input });

  expect((await refusalOf(client.send(command))).code).toBe(code);
  expect(endpoint.fleet.all()[0]?.tags.size).toBe(0);
});
