import {
  DescribeInstancesCommand,
  paginateDescribeInstances,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { launched, refusalOf, started } from '../started-endpoint.ts';

async function shownIds(
  client: EC2Client,
  input: { InstanceIds?: string[]; Filters?: Filter[] },
): Promise<string[]> {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId));
}

const unknownId = 'i-0aaaaaaaaaaaaaaaa';

describe('DescribeInstances by ids', () => {
  test('shows these instances, each in its reservation', async () => {
    const { client } = await started();
    const first = await launched(client, 2);
    const second = await launched(client, 2);

    const { Reservations } = await client.send(
      new DescribeInstancesCommand({ InstanceIds: [...second.ids, first.ids[1] ?? ''] }),
    );

    expect(Reservations?.map(({ ReservationId }) => ReservationId)).toEqual([
      first.reservationId,
      second.reservationId,
    ]);
    expect(Reservations?.map(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId))).toEqual([
      [first.ids[1]],
      second.ids,
    ]);
  });

  test('is refused whole for one unknown id, which the error names', async () => {
    const { client } = await started();
    const { ids } = await launched(client);

    const refusal = await refusalOf(shownIds(client, { InstanceIds: [...ids, unknownId] }));

    expect(refusal).toEqual({
      code: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${unknownId}' does not exist`,
      status: 400,
    });
  });

  test.each(['i-123', 'i-0AAAAAAAAAAAAAAAA', 'web', ''])(
    'is refused for the malformed id "%s"',
    async (id) => {
      const { client } = await started();

      const refusal = await refusalOf(shownIds(client, { InstanceIds: [id] }));

      expect(refusal).toMatchObject({ code: 'InvalidInstanceID.Malformed', message: `Invalid id: "${id}"` });
    },
  );

  test('cannot be paged', async () => {
    const { client } = await started();
    const { ids } = await launched(client);

    const refusal = await refusalOf(
      client.send(new DescribeInstancesCommand({ InstanceIds: ids, MaxResults: 5 })),
    );

    expect(refusal).toMatchObject({
      code: 'InvalidParameterCombination',
      message: 'The parameter instancesSet cannot be used with the parameter maxResults',
    });
  });

  test('shows a terminated instance for an hour, and then knows it no more', async () => {
    const { client, clock, endpoint } = await started();
    const { ids } = await launched(client);
    for (const instance of endpoint.fleet.all()) endpoint.fleet.ask(instance, 'terminate');

    clock.time += 3_600_000;
    const shown = await client.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    clock.time += 60_000;
    const refusal = await refusalOf(shownIds(client, { InstanceIds: ids }));

    expect(shown.Reservations?.[0]?.Instances?.[0]?.State).toEqual({ Code: 48, Name: 'terminated' });
    expect(refusal.code).toBe('InvalidInstanceID.NotFound');
  });
});

describe('DescribeInstances by filters', () => {
  test('takes an unknown id for one that matches nothing', async () => {
    const { client } = await started();
    const { ids } = await launched(client);

    const shown = await shownIds(client, { Filters: [{ Name: 'instance-id', Values: [unknownId, ...ids] }] });

    expect(shown).toEqual(ids);
  });

  test('takes 200 values, and wildcards in an id too', async () => {
    const { client } = await started();
    const { ids } = await launched(client, 200);

    const exact = await shownIds(client, { Filters: [{ Name: 'instance-id', Values: ids }] });
    const wild = await shownIds(client, { Filters: [{ Name: 'instance-id', Values: ['i-*'] }] });

    expect([exact, wild]).toEqual([ids, ids]);
  });

  test('finds the instances of one reservation, and of one client token', async () => {
    const { client } = await started();
    await launched(client);
    const { ids, instances, reservationId } = await launched(client, 2);

    const byReservation = await shownIds(client, {
      Filters: [{ Name: 'reservation-id', Values: [reservationId] }],
    });
    const byToken = await shownIds(client, {
      Filters: [{ Name: 'client-token', Values: [instances[0]?.ClientToken ?? ''] }],
    });

    expect(byReservation).toEqual(ids);
    expect(byToken).toEqual(ids);
  });

  test('joins values by or, and filters by and', async () => {
    const { client } = await started();
    const web = await launched(client, 1, [{ key: 'team', value: 'web' }]);
    const batch = await launched(client, 1, [
      { key: 'team', value: 'batch' },
      { key: 'Name', value: '' },
    ]);
    await launched(client, 1, [{ key: 'Team', value: 'web' }]);

    const either = await shownIds(client, { Filters: [{ Name: 'tag:team', Values: ['web', 'batch'] }] });
    const both = await shownIds(client, {
      Filters: [
        { Name: 'tag:team', Values: ['*'] },
        { Name: 'tag-key', Values: ['Name'] },
      ],
    });

    expect(either).toEqual([...web.ids, ...batch.ids]);
    expect(both).toEqual(batch.ids);
  });

  test('tells states apart as time goes by', async () => {
    const { client, clock } = await started();
    const old = await launched(client);
    clock.time += 60_000;
    const young = await launched(client);

    const running = await shownIds(client, {
      Filters: [{ Name: 'instance-state-name', Values: ['running'] }],
    });
    const pending = await shownIds(client, {
      Filters: [{ Name: 'instance-state-name', Values: ['pending'] }],
    });

    expect([running, pending]).toEqual([old.ids, young.ids]);
  });

  test.each<[string, Filter, string, RegExp]>([
    [
      'an unknown filter',
      { Name: 'colour', Values: ['red'] },
      'InvalidParameterValue',
      /The filter 'colour' is invalid/,
    ],
    [
      'more than 200 values',
      { Name: 'instance-id', Values: Array.from({ length: 201 }, () => unknownId) },
      'FilterLimitExceeded',
      /200/,
    ],
    [
      'a value of more than 255 characters',
      { Name: 'tag:Name', Values: ['x'.repeat(256)] },
      'FilterLimitExceeded',
      /255/,
    ],
    ['no value', { Name: 'instance-id', Values: [] }, 'MissingParameter', /Filter.1.Value/],
  ])('refuses %s', async (_, filter, code, message) => {
    const { client } = await started();

    const refusal = await refusalOf(shownIds(client, { Filters: [filter] }));

    expect(refusal).toMatchObject({ code, status: 400 });
    expect(refusal.message).toMatch(message);
  });
});

describe('the pages of DescribeInstances', () => {
  test('hold every instance once, whatever reservation it is of', async () => {
    const { client } = await started();
    const ids = [];
    for (const count of [4, 1, 7]) ids.push(...(await launched(client, count)).ids);

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
    const { client, clock, endpoint } = await started();
    const { ids } = await launched(client, 8);

    const first = await client.send(new DescribeInstancesCommand({ MaxResults: 5 }));
    for (const id of ids.slice(0, 2)) {
      const instance = endpoint.fleet.find(id);
      if (instance !== undefined) endpoint.fleet.ask(instance, 'terminate');
    }
    clock.time += 2 * 3_600_000;
    const second = await client.send(
      new DescribeInstancesCommand({ MaxResults: 5, NextToken: first.NextToken }),
    );

    expect(second.Reservations?.[0]?.Instances?.map(({ InstanceId }) => InstanceId)).toEqual(ids.slice(5));
    expect(second.NextToken).toBeUndefined();
  });

  test('can be made small for a caller who does not ask for pages', async () => {
    const { client } = await started({ pageSize: 2 });
    const { ids } = await launched(client, 3);

    const { Reservations, NextToken } = await client.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: ids }] }),
    );

    expect(Reservations?.[0]?.Instances).toHaveLength(2);
    expect(NextToken).toEqual(expect.any(String));
  });

  test.each([
    [{ MaxResults: 4 }, /greater than 5/],
    [{ MaxResults: 1001 }, /1000/],
    [{ NextToken: 'nonsense' }, /The token is invalid/],
  ])('are refused for %o', async (input, message) => {
    const { client } = await started();

    const refusal = await refusalOf(client.send(new DescribeInstancesCommand(input)));

    expect(refusal).toMatchObject({ code: 'InvalidParameterValue' });
    expect(refusal.message).toMatch(message);
  });
});

describe('the faults of DescribeInstances', () => {
  test('hide an instance from so many calls that would show it', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2);
    endpoint.faults.add({
      kind: 'hide',
      action: 'DescribeInstances',
      instanceIds: ids.slice(0, 1),
      times: 2,
    });
    const byFilter = { Filters: [{ Name: 'instance-id', Values: ids }] };

    await shownIds(client, { Filters: [{ Name: 'instance-id', Values: ids.slice(1) }] });
    const first = await shownIds(client, byFilter);
    const second = await refusalOf(shownIds(client, { InstanceIds: ids }));
    const third = await shownIds(client, byFilter);

    expect(first).toEqual(ids.slice(1));
    expect(second.code).toBe('InvalidInstanceID.NotFound');
    expect(third).toEqual(ids);
  });

  test('hide an instance for so long', async () => {
    const { client, clock, endpoint } = await started();
    const { ids } = await launched(client);
    endpoint.faults.add({ kind: 'hide', action: 'DescribeInstances', instanceIds: ids, milliseconds: 5_000 });

    const early = await shownIds(client, {});
    clock.time += 5_000;
    const late = await shownIds(client, {});

    expect([early, late]).toEqual([[], ids]);
  });

  test('add instances that nobody asked for', async () => {
    const { client, endpoint } = await started();
    const asked = await launched(client);
    const stray = await launched(client);
    endpoint.faults.add({ kind: 'stray', action: 'DescribeInstances', instanceIds: stray.ids, times: 1 });
    const input = { Filters: [{ Name: 'instance-id', Values: asked.ids }] };

    expect(await shownIds(client, input)).toEqual([...asked.ids, ...stray.ids]);
    expect(await shownIds(client, input)).toEqual(asked.ids);
  });

  test('tell of a stray instance that does not exist, instead of leaving it out', async () => {
    const { client, endpoint } = await started();
    endpoint.faults.add({ kind: 'stray', action: 'DescribeInstances', instanceIds: [unknownId] });

    const refusal = await refusalOf(shownIds(client, {}));

    expect(refusal).toMatchObject({ status: 500 });
    expect(refusal.message).toContain(unknownId);
  });
});
