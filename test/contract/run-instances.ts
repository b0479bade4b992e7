import { DescribeInstanceAttributeCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import {
  describe,
  describeOne,
  errorCode,
  idsOf,
  launch,
  launchIds,
  pages,
  tagsOf,
  type Behaviour,
} from './behaviour.ts';

export const runInstances: readonly Behaviour[] = [
  {
    title: 'RunInstances launches as many pending instances of one reservation as were asked for',
    page: pages.runInstances,
    async check(ec2) {
      const { ReservationId: reservation, Instances: instances = [] } = await launch(ec2, {
        MinCount: 3,
        MaxCount: 3,
      });

      expect(reservation).toMatch(/^r-[0-9a-f]{17}$/);
      expect(new Set(idsOf(instances)).size).toBe(3);
      for (const instance of instances) {
        expect(instance.InstanceId).toMatch(/^i-[0-9a-f]{17}$/);
        expect(instance.State).toEqual({ Code: 0, Name: 'pending' });
      }
    },
  },
  {
    title: 'RunInstances tags its instances with the tags for instances, and with no others',
    page: pages.runInstances,
    async check(ec2) {
      const { Instances: instances = [] } = await launch(ec2, {
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: [
              { Key: 'Name', Value: 'web' },
              { Key: 'empty', Value: '' },
            ],
          },
          { ResourceType: 'volume', Tags: [{ Key: 'disk', Value: 'root' }] },
        ],
      });

      const [instance = {}] = instances;
      expect(tagsOf(instance)).toEqual({ Name: 'web', empty: '' });
      expect(tagsOf(await describeOne(ec2, instance.InstanceId))).toEqual({ Name: 'web', empty: '' });
    },
  },
  {
    title: 'RunInstances shows the client token of the request on each instance',
    page: pages.runInstances,
    async check(ec2) {
      const { Instances: instances = [] } = await launch(ec2, {
        ClientToken: 'shown',
        MinCount: 2,
        MaxCount: 2,
      });

      expect(instances.map(({ ClientToken: token }) => token)).toEqual(['shown', 'shown']);
    },
  },
  {
    title: 'RunInstances as a dry run launches nothing and fails with DryRunOperation',
    page: pages.runInstances,
    async check(ec2) {
      const before = await describe(ec2, {});

      expect(await errorCode(launch(ec2, { DryRun: true }))).toBe('DryRunOperation');
      expect(await describe(ec2, {})).toHaveLength(before.length);
    },
  },
  {
    title: 'RunInstances protects its instances from termination when asked to',
    page: pages.runInstances,
    async check(ec2) {
      const [id = ''] = await launchIds(ec2, 1, { DisableApiTermination: true });

      const answer = await ec2.send(
        new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'disableApiTermination' }),
      );
      expect(answer.DisableApiTermination).toEqual({ Value: true });
    },
  },
  {
    title: 'RunInstances without an image or a launch template is refused',
    page: pages.runInstances,
    async check(ec2) {
      const call = ec2.send(new RunInstancesCommand({ InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }));

      expect(await errorCode(call)).toBe('MissingParameter');
    },
  },
];
