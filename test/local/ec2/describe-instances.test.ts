import {
  DescribeInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  paginateDescribeInstances,
  type Filter,
} from '@aws-sdk/client-ec2';
import { describe, expect, test, vi } from 'vitest';
import { refusalOf, started, tagged } from './started-endpoint.ts';

const unknownId = 'i-0aaaaaaaaaaaaaaaa';

describe('DescribeInstances by ids', () => {
  test('shows these instances in the order of their launches, each in its reservation', async () => {
    const { client, launch } = await started();
    const [first, second] = [await launch(2), await launch(2)];

    const { Reservations = [] } = await client.send(
      new DescribeInstancesCommand({ InstanceIds: [...second, first[1] ?? ''] }),
    );

    expect(Reservations.map(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId))).toEqual([
      [first[1]],
      second,
    ]);
  });

  test.each(['i-123', 'i-0AAAAAAAAAAAAAAAA', 'web', ''])(
    'is refused for the malformed id "%s"',
    async (id) => {
      const { describe: show } = await started();

      const refusal = await refusalOf(show({ InstanceIds: [id] }));

      expect(refusal).toMatchObject({ code: 'InvalidInstanceID.Malformed', message: `Invalid id: "${id}"` });
    },
  );

  test('shows a terminated instance for an hour, and then knows it no more', async () => {
    const { client, endpoint, launch, describe: show } = await started();
    const ids = await launch();
    for (const instance of endpoint.fleet.all()) endpoint.fleet.ask(instance, 'terminate');

    vi.advanceTimersByTime(3_600_000);
    const shown = await client.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    vi.advanceTimersByTime(60_000);
    const refusal = await refusalOf(show({ InstanceIds: ids }));

    expect(shown.Reservations?.[0]?.Instances?.[0]?.State).toEqual({ Code: 48, Name: 'terminated' });
    expect(refusal.code).toBe('InvalidInstanceID.NotFound');
    expect(await show({})).toEqual([]);
  });
});

describe('what DescribeInstances shows of an instance', () => {
  test('is when it was last started, and when its primary network interface was attached, which a start leaves', async () => {
    const { client, launch } = await started();
    const InstanceIds = await launch();
    const times = async () => {
      const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ InstanceIds }));
      const [{ LaunchTime, NetworkInterfaces } = {}] = Reservations.flatMap(
        ({ Instances = [] }) => Instances,
      );
      return [LaunchTime, ...(NetworkInterfaces ?? []).map(({ Attachment }) => Attachment)];
    };
    const [launchedAt, startedAt] = [new Date('2026-03-01T10:00:00Z'), new Date('2026-03-02T10:00:00Z')];
    const primary: unknown = expect.objectContaining({ DeviceIndex: 0, AttachTime: launchedAt });

    const launched = await times();
    vi.setSystemTime(startedAt);
    await client.send(new StopInstancesCommand({ InstanceIds }));
    const stopped = await times();
    await client.send(new StartInstancesCommand({ InstanceIds }));

    expect([launched, stopped, await times()]).toEqual([
      [launchedAt, primary],
      [launchedAt, primary],
      [startedAt, primary],
    ]);
  });

  test('is the service provider that manages it, to those who ask for managed instances', async () => {
    const { client, endpoint, launch } = await started();
    const [own] = await launch();
    endpoint.fleet.add({ instances: [{ operator: 'eks.amazonaws.com', tags: [] }] });
    const operators = async (IncludeManagedResources?: boolean) => {
      const command = new DescribeInstancesCommand({ IncludeManagedResources });
      const { Reservations = [] } = await client.send(command);
      const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
      return instances.map(({ InstanceId, Operator }) => [InstanceId === own, Operator]);
    };

    const notManaged = [true, { Managed: false }];
    expect(await operators()).toEqual([notManaged]);
    expect(await operators(true)).toEqual([
      notManaged,
      [false, { Managed: true, Principal: 'eks.amazonaws.com', HiddenByDefault: true }],
    ]);
  });
});

describe('the filters of DescribeInstances', () => {
  test('take 200 values, and wildcards in an id too', async () => {
    const { launch, describe: show } = await started();
    const ids = await launch(200);

    const exact = await show({ Filters: [{ Name: 'instance-id', Values: ids }] });
    const wild = await show({ Filters: [{ Name: 'instance-id', Values: ['i-*'] }] });

    expect([exact, wild]).toEqual([ids, ids]);
  });

  test.each([
    ['web', 'web'],
    ['web*', 'web'],
    ['web*', 'web-1\nweb-2'],
    ['w?b', 'wëb'],
    ['?', '🙂'],
    ['\\*amazon\\?\\\\', '*amazon?\\'],
    ['a.b+(c)[d]{e}^$|/-', 'a.b+(c)[d]{e}^$|/-'],
    ['a.b*', 'a.bc'],
    ['\\web', 'web'],
  ])('match %j to %j', async (filter, value) => {
    const { launch, describe: show } = await started();
    const ids = await launch(1, tagged({ Key: 'team', Value: value }));

    expect(await show({ Filters: [{ Name: 'tag:team', Values: [filter] }] })).toEqual(ids);
  });

  test.each([
    ['web', 'Web'],
    ['web', 'web '],
    ['web?', 'web'],
    ['web\\*', 'web-1'],
    ['?', 'ab'],
    ['web*1', 'web-12'],
    ['a.b*', 'axb'],
    ['', 'x'],
  ])('do not match %j to %j', async (filter, value) => {
    const { launch, describe: show } = await started();
    await launch(1, tagged({ Key: 'team', Value: value }));

    expect(await show({ Filters: [{ Name: 'tag:team', Values: [filter] }] })).toEqual([]);
  });

  test('tell states apart as time goes by', async () => {
    const { launch, describe: show } = await started();
    const old = await launch();
    vi.advanceTimersByTime(60_000);
    const young = await launch();

    const inState = async (state: string) =>
      show({ Filters: [{ Name: 'instance-state-name', Values: [state] }] });

    expect([await inState('running'), await inState('pending')]).toEqual([old, young]);
  });

  test.each<[string, Filter]>([
    ['an unknown name', { Name: 'colour', Values: ['red'] }],
    ['more than 200 values', { Name: 'instance-id', Values: Array.from({ length: 201 }, () => unknownId) }],
    ['a value of more than 255 characters', { Name: 'tag:Name', Values: ['x'.repeat(256)] }],
    ['no value', { Name: 'instance-id', Values: [] }],
  ])('are refused with %s', async (_, filter) => {
    const { launch, describe: show } = await started();
    await launch();

    expect(await refusalOf(show({ Filters: [filter] }))).toMatchObject({ status: 400 });
  });
});

describe('the pages of DescribeInstances', () => {
  test('hold every instance once, whatever reservation it is of', async () => {
    const { client, launch } = await started();
    const ids = [...(await launch(4)), ...(await launch(1)), ...(await launch(7))];

    const sizes: number[] = [];
    const shown: string[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client, pageSize: 5 }, {})) {
      const page = Reservations.flatMap(({ Instances = [] }) => Instances);
      sizes.push(page.length);
      shown.push(...page.map(({ InstanceId = '' }) => InstanceId));
    }

    expect(sizes).toEqual([5, 5, 2]);
    expect(shown).toEqual(ids);
  });

  test('lose no instance when one of an earlier page is gone', async () => {
    const { client, endpoint, launch, describe: show } = await started();
    const ids = await launch(8);

    const { NextToken } = await client.send(new DescribeInstancesCommand({ MaxResults: 5 }));
    for (const instance of endpoint.fleet.all().slice(0, 2)) endpoint.fleet.ask(instance, 'terminate');
    vi.advanceTimersByTime(2 * 3_600_000);

    expect(await show({ MaxResults: 5, NextToken })).toEqual(ids.slice(5));
  });

  test('can be made small, however many a caller asks for', async () => {
    const { client, launch } = await started({ pageSize: 2 });
    await launch(3);

    const { Reservations, NextToken } = await client.send(new DescribeInstancesCommand({ MaxResults: 1000 }));

    expect(Reservations?.[0]?.Instances).toHaveLength(2);
    expect(NextToken).toEqual(expect.any(String));
  });

  test.each([{ MaxResults: 4 }, { MaxResults: 1001 }, { NextToken: 'nonsense' }])(
    'are refused for %o',
    async (input) => {
      const { describe: show } = await started();

      expect(await refusalOf(show(input))).toMatchObject({ code: 'InvalidParameterValue' });
    },
  );
});

describe('the faults of DescribeInstances', () => {
  test('hide an instance from so many calls that would show it', async () => {
    const { endpoint, launch, describe: show } = await started();
    const ids = await launch(2);
    endpoint.faults.add({ kind: 'hide', instanceIds: ids.slice(0, 1), times: 2 });
    const byFilter = { Filters: [{ Name: 'instance-id', Values: ids }] };

    await show({ Filters: [{ Name: 'instance-id', Values: ids.slice(1) }] });
    const first = await show(byFilter);
    const second = await refusalOf(show({ InstanceIds: ids }));
    const third = await show(byFilter);

    expect(first).toEqual(ids.slice(1));
    expect(second.code).toBe('InvalidInstanceID.NotFound');
    expect(third).toEqual(ids);
  });

  test('add an instance that nobody asked for', async () => {
    const { endpoint, launch, describe: show } = await started();
    const [asked, stray] = [await launch(), await launch()];
    endpoint.faults.add({ kind: 'stray', instanceIds: stray, times: 1 });
    const byFilter = { Filters: [{ Name: 'instance-id', Values: asked }] };

    expect(await show(byFilter)).toEqual([...asked, ...stray]);
    expect(await show(byFilter)).toEqual(asked);
  });
});
