import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import {
  describe,
  errorCode,
  idsOf,
  launch,
  launchIds,
  pages,
  unknownId,
  type Behaviour,
} from './behaviour.ts';

function marked(part: string) {
  const marks = [
    { Key: 'set', Value: 'joined' },
    { Key: 'part', Value: part },
  ];
  return { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: marks }] };
}

export const describeInstances: readonly Behaviour[] = [
  {
    title:
      'DescribeInstances with the filter instance-id shows those there are, and no error for an unknown one',
    page: pages.describeInstances,
    async check(ec2) {
      const ids = await launchIds(ec2, 2);
      const others = await launchIds(ec2, 1);

      const shown = await describe(ec2, { Filters: [{ Name: 'instance-id', Values: [...ids, unknownId] }] });
      expect(idsOf(shown).toSorted()).toEqual(ids.toSorted());
      expect(idsOf(shown)).not.toContain(others[0]);
    },
  },
  {
    title: 'DescribeInstances of an unknown id fails for all with InvalidInstanceID.NotFound',
    page: pages.errors,
    async check(ec2) {
      const ids = await launchIds(ec2);

      expect(await errorCode(describe(ec2, { InstanceIds: [...ids, unknownId] }))).toBe(
        'InvalidInstanceID.NotFound',
      );
    },
  },
  {
    title: 'DescribeInstances of something that is no id fails with InvalidInstanceID.Malformed',
    page: pages.errors,
    async check(ec2) {
      expect(await errorCode(describe(ec2, { InstanceIds: ['*'] }))).toBe('InvalidInstanceID.Malformed');
    },
  },
  {
    title: 'DescribeInstances shows the instances of a launch by the filter reservation-id',
    page: pages.describeInstances,
    async check(ec2) {
      const { ReservationId: reservation = '', Instances: instances } = await launch(ec2, {
        MinCount: 2,
        MaxCount: 2,
      });
      await launch(ec2);

      const shown = await describe(ec2, { Filters: [{ Name: 'reservation-id', Values: [reservation] }] });
      expect(idsOf(shown).toSorted()).toEqual(idsOf(instances).toSorted());
    },
  },
  {
    title: 'DescribeInstances shows the instances of a launch by the filter client-token',
    page: pages.describeInstances,
    async check(ec2) {
      const ids = await launchIds(ec2, 2, { ClientToken: 'filtered by' });
      await launch(ec2, { ClientToken: 'filtered by another' });

      const shown = await describe(ec2, { Filters: [{ Name: 'client-token', Values: ['filtered by'] }] });
      expect(idsOf(shown).toSorted()).toEqual(ids.toSorted());
    },
  },
  {
    title: 'a filter takes * for any characters, and \\* for a star',
    page: pages.filtering,
    async check(ec2) {
      const tokens = ['wild*card', 'wildXcard'];
      const [star, letter] = await Promise.all(
        tokens.map(async (token) => launchIds(ec2, 1, { ClientToken: token })),
      );
      const shownBy = async (value: string) =>
        idsOf(await describe(ec2, { Filters: [{ Name: 'client-token', Values: [value] }] })).toSorted();

      expect(await shownBy('wild*card')).toEqual([star, letter].flatMap((ids) => ids ?? []).toSorted());
      expect(await shownBy(String.raw`wild\*card`)).toEqual(star);
    },
  },
  {
    title: 'filters join by and, and the values of one filter by or',
    page: pages.filtering,
    async check(ec2) {
      const [one = ''] = await launchIds(ec2, 1, marked('one'));
      const [two = ''] = await launchIds(ec2, 1, marked('two'));
      await launchIds(ec2, 1, marked('three'));

      const shown = await describe(ec2, {
        Filters: [
          { Name: 'tag:set', Values: ['joined'] },
          { Name: 'tag:part', Values: ['one', 'two'] },
        ],
      });
      expect(idsOf(shown).toSorted()).toEqual([one, two].toSorted());
    },
  },
  {
    title:
      'DescribeInstances gives pages of at most MaxResults instances, each instance once, and no token at the end',
    page: pages.pagination,
    async check(ec2) {
      const ids = [...(await launchIds(ec2, 7)), ...(await launchIds(ec2, 5))];
      const filters = [{ Name: 'instance-id', Values: ids }];
      const sizes: number[] = [];
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const page = await ec2.send(
          new DescribeInstancesCommand({ Filters: filters, MaxResults: 5, NextToken: token }),
        );
        const shown = idsOf((page.Reservations ?? []).flatMap(({ Instances: instances = [] }) => instances));
        sizes.push(shown.length);
        seen.push(...shown);
        token = page.NextToken;
      } while (token);

      expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    },
  },
  {
    title: 'DescribeInstances takes no MaxResults together with ids',
    page: pages.describeInstances,
    async check(ec2) {
      const ids = await launchIds(ec2);

      const code = await errorCode(describe(ec2, { InstanceIds: ids, MaxResults: 5 }));
      expect(code).toBe('InvalidParameterCombination');
    },
  },
  {
    title: 'DescribeInstances still shows a terminated instance for a while',
    page: pages.terminateInstances,
    async check(ec2) {
      const ids = await launchIds(ec2);
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));

      const [shown] = await describe(ec2, { Filters: [{ Name: 'instance-id', Values: ids }] });
      expect(['shutting-down', 'terminated']).toContain(shown?.State?.Name);
    },
  },
];
