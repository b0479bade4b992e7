import { describe, expect, test } from 'vitest';
import { describeGroup, filterOf, isSameGroup, serviceGroupOf } from '../../src/enforcer/service-group.ts';

const tagged = (...pairs: readonly (readonly [string, string])[]) => ({
  tags: pairs.map(([key, value]) => ({ key, value })),
  spotRequestId: undefined,
});
const fleet = ['aws:ec2:fleet-id', 'fleet-0a1b2c3d'] as const;

describe('A group is known by what only AWS can set', () => {
  test.each([
    ['auto-scaling-group', 'aws:autoscaling:groupName', 'tag:aws:autoscaling:groupName'],
    ['emr-cluster', 'aws:elasticmapreduce:job-flow-id', 'tag:aws:elasticmapreduce:job-flow-id'],
    ['spot-fleet', 'aws:ec2spot:fleet-request-id', 'tag:aws:ec2spot:fleet-request-id'],
    ['ec2-fleet', 'aws:ec2:fleet-id', 'tag:aws:ec2:fleet-id'],
  ])('%s by the tag %s', (kind, key, filter) => {
    const group = serviceGroupOf(tagged(['team', 'search'], [key, 'web']));

    expect(group).toEqual({ kind, name: 'web' });
    expect(group && filterOf(group.kind)).toBe(filter);
  });

  test('a Spot request by its id, where no tag tells of a group', () => {
    const group = serviceGroupOf({ tags: [], spotRequestId: 'sir-0a1b2c3d' });

    expect(group).toEqual({ kind: 'spot-request', name: 'sir-0a1b2c3d' });
    expect(group && filterOf(group.kind)).toBe('spot-instance-request-id');
    expect(
      serviceGroupOf({ ...tagged(['aws:autoscaling:groupName', 'web']), spotRequestId: 'sir-0a1b2c3d' }),
    ).toEqual({ kind: 'auto-scaling-group', name: 'web' });
  });

  test('a node pool of Karpenter by its own tag, but only of what a fleet launched', () => {
    const pool = ['karpenter.sh/nodepool', 'default'] as const;

    expect(serviceGroupOf(tagged(pool, fleet, ['karpenter.k8s.aws/ec2nodeclass', 'spot']))).toEqual({
      kind: 'node-pool',
      name: 'default',
      launchesFrom: 'spot',
    });
    expect(serviceGroupOf(tagged(pool))).toBeUndefined();
  });

  test('the closest one: an Auto Scaling group launches by a fleet as well', () => {
    expect(
      serviceGroupOf(
        tagged(fleet, ['aws:autoscaling:groupName', 'web'], ['aws:ec2launchtemplate:id', 'lt-1']),
      ),
    ).toEqual({ kind: 'auto-scaling-group', name: 'web', launchesFrom: 'lt-1' });
  });

  test.each([
    ['a key that anybody can set', ['autoscaling:groupName', 'web']],
    ['a key of another case', ['aws:autoscaling:groupname', 'web']],
    ['an empty value, which names no group', ['aws:autoscaling:groupName', '']],
    ['the launch template alone, which people use as well', ['aws:ec2launchtemplate:id', 'lt-1']],
    ['a CloudFormation stack, which launches no other', ['aws:cloudformation:stack-name', 'web']],
  ] as const)('and not by %s', (_, tag) => {
    expect(serviceGroupOf(tagged([...tag]))).toBeUndefined();
    expect(serviceGroupOf({ tags: [], spotRequestId: '' })).toBeUndefined();
  });

  test.each(['网络服务器组'.repeat(42), 'a group, with "quotes" and *', 'g'.repeat(255)])(
    'whatever its name is written in: %s',
    (name) => {
      expect(serviceGroupOf(tagged(['aws:autoscaling:groupName', name]))).toEqual({
        kind: 'auto-scaling-group',
        name,
      });
    },
  );
});

test('Two groups are the same by kind and name, whatever they launch from', () => {
  const web = { kind: 'ec2-fleet', name: 'web' } as const;

  expect(isSameGroup(web, { ...web, launchesFrom: 'lt-2' })).toBe(true);
  expect(isSameGroup(web, { ...web, name: 'db' })).toBe(false);
  expect(isSameGroup(web, { ...web, kind: 'spot-fleet' })).toBe(false);
  expect(isSameGroup(web, undefined)).toBe(false);
  expect(describeGroup(web)).toBe('EC2 Fleet web');
});
