import { setTimeout } from 'node:timers/promises';
import type { LaunchTemplate } from '../ec2/launch-templates.ts';
import type { LaunchCase } from './launch-case.ts';

/** Templates that launches here refer to. */
export const launchTemplates: readonly LaunchTemplate[] = [
  {
    id: 'lt-0a1b2c3d4e5f60718',
    name: 'web-server',
    instanceTags: [{ key: 'Name', value: 'web from a template' }],
  },
];

const tagged = (...tags: readonly (readonly [string, string])[]): Record<string, string> => ({
  'TagSpecification.1.ResourceType': 'instance',
  ...Object.fromEntries(
    tags.flatMap(([key, value], index) => [
      [`TagSpecification.1.Tag.${index + 1}.Key`, key],
      [`TagSpecification.1.Tag.${index + 1}.Value`, value],
    ]),
  ),
});
const many = (count: number): Record<string, string> => ({ MinCount: `${count}`, MaxCount: `${count}` });

/** A launch of every kind. */
export const launchCases: readonly LaunchCase[] = [
  {
    title: 'Named at launch',
    request: tagged(['Name', 'web']),
    expected: ['spared: named-at-launch'],
  },
  {
    title: 'Named by its launch template',
    request: { 'LaunchTemplate.LaunchTemplateName': 'web-server' },
    expected: ['spared: named-at-launch'],
  },
  { title: 'No tags', expected: ['terminated: no-name-tag'] },
  {
    title: 'Tagged, but not named',
    request: tagged(['team', 'search'], ['stage', 'test']),
    expected: ['terminated: no-name-tag'],
  },
  { title: 'Empty name', request: tagged(['Name', '']), expected: ['terminated: empty-name-tag'] },
  {
    // Nameless to the enforcer, but IAM takes `name` for `Name`: the role's guard denies the kill, for a person to see.
    title: 'Key in lower case: IAM denies',
    request: tagged(['name', 'web']),
    expected: ['failed: denied'],
  },
  { title: 'Name of one blank', request: tagged(['Name', ' ']), expected: ['spared: named-at-launch'] },
  {
    title: 'Auto Scaling, no name',
    request: tagged(['k8s.io/cluster', 'blue']),
    launcher: { kind: 'service', service: 'autoscaling.amazonaws.com' },
    expected: ['terminated: no-name-tag'],
  },
  {
    title: 'Exempt tag key',
    request: tagged(['keep', '']),
    settings: { EXEMPT_TAG_KEYS: 'keep' },
    expected: ['spared: exempt-at-launch'],
  },
  {
    title: 'Three, one named in time',
    request: many(3),
    meanwhile: async (ec2) => ec2.name(ec2.id(1), 'named in time'),
    expected: ['terminated: no-name-tag', 'spared: named', 'terminated: no-name-tag'],
  },
  {
    title: 'Named between read and kill',
    meanwhile: ({ endpoint }) => {
      endpoint.faults.add({ kind: 'latency', action: 'TerminateInstances', milliseconds: 300, times: 1 });
    },
    during: async (ec2) => {
      const before = ec2.endpoint.calls.get('TerminateInstances');
      while (ec2.endpoint.calls.get('TerminateInstances') === before) await setTimeout(2);
      await ec2.name(ec2.id(0), 'named in the nick of time');
    },
    expected: ['spared: named'],
  },
  {
    title: 'Two, one protected',
    request: many(2),
    meanwhile: async (ec2) => ec2.protect(ec2.id(0)),
    expected: ['failed: protected', 'terminated: no-name-tag'],
  },
  {
    title: 'Visible late',
    meanwhile: ({ endpoint, instanceIds }) => {
      endpoint.faults.add({ kind: 'hide', action: 'DescribeInstances', instanceIds, times: 2 });
    },
    expected: ['terminated: no-name-tag'],
  },
  {
    title: 'Never visible',
    meanwhile: ({ endpoint, instanceIds }) => {
      endpoint.faults.add({ kind: 'hide', action: 'DescribeInstances', instanceIds });
    },
    timeLeft: 2_000,
    expected: ['failed: not-visible'],
  },
  {
    title: 'EC2 throttles and fails',
    meanwhile: ({ endpoint: { faults } }) => {
      faults.add({ kind: 'error', action: 'DescribeInstances', code: 'RequestLimitExceeded', times: 1 });
      faults.add({ kind: 'reset', action: 'DescribeInstances', times: 1 });
      faults.add({ kind: 'error', action: 'TerminateInstances', code: 'InternalError', times: 1 });
    },
    expected: ['terminated: no-name-tag'],
  },
  {
    title: 'EC2 shows a stranger as well',
    meanwhile: ({ endpoint }) => {
      const [stranger] = endpoint.fleet.add({ instances: [{ tags: [] }] }).instances;
      const instanceIds = [stranger?.instanceId ?? ''];
      endpoint.faults.add({ kind: 'stray', action: 'DescribeInstances', instanceIds, times: 1 });
    },
    expected: ['terminated: no-name-tag'],
  },
  {
    title: 'Event without its instances',
    request: { ...many(2), ClientToken: 'showcase-token' },
    omitResponse: true,
    expected: ['terminated: no-name-tag', 'terminated: no-name-tag'],
  },
  {
    title: 'Event delivered twice',
    deliveries: 2,
    expected: ['already-gone: shutting-down'],
  },
  { title: 'Report mode', settings: { MODE: 'report' }, expected: ['would-terminate: no-name-tag'] },
  { title: 'Dry run', request: { DryRun: 'true' }, expected: { ignored: 'failed-call' } },
];
