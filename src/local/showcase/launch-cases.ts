import { setTimeout } from 'node:timers/promises';
import type { LaunchTemplate } from '../ec2/call.ts';
import type { NewReservation } from '../ec2/fleet-state.ts';
import type { LaunchCase } from './launch-case.ts';

/** Templates that launches here refer to. */
export const launchTemplates: readonly LaunchTemplate[] = [
  {
    id: 'lt-0a1b2c3d4e5f60718',
    name: 'web-server',
    instanceTags: [{ key: 'Name', value: 'web' }],
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

/** What an Auto Scaling group launched; nobody else can set its tag. */
const ofGroup = (name: string): NewReservation => ({
  instances: [{ tags: [{ key: 'aws:autoscaling:groupName', value: name }] }],
});

/** A launch of every kind, and what else tells of instances. */
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
    request: tagged(['team', 'search']),
    expected: ['terminated: no-name-tag'],
  },
  { title: 'Empty name', request: tagged(['Name', '']), expected: ['terminated: empty-name-tag'] },
  {
    // Nameless to the enforcer, but IAM takes `name` for `Name`: the role's guard denies the kill, for a person to see.
    title: 'Key in lower case: IAM denies',
    request: tagged(['name', 'web']),
    expected: ['failed: denied, dead letter'],
  },
  { title: 'Name of one blank', request: tagged(['Name', ' ']), expected: ['spared: named-at-launch'] },
  {
    title: 'Auto Scaling, no name',
    request: tagged(['cluster', 'blue']),
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
    expected: ['failed: protected, dead letter', 'terminated: no-name-tag'],
  },
  {
    title: 'Visible late',
    meanwhile: ({ endpoint, instanceIds }) => {
      endpoint.faults.add({ kind: 'hide', instanceIds, times: 2 });
    },
    expected: ['terminated: no-name-tag'],
  },
  {
    title: 'Never visible',
    meanwhile: ({ endpoint, instanceIds }) => {
      endpoint.faults.add({ kind: 'hide', instanceIds });
    },
    timeLeft: 5_000,
    expected: ['failed: not-visible'],
  },
  {
    title: 'EC2 throttles and fails',
    meanwhile: ({ endpoint: { faults } }) => {
      faults.add({ kind: 'error', action: 'DescribeInstances', code: 'RequestLimitExceeded', times: 1 });
      faults.add({ kind: 'reset', action: 'DescribeInstances', when: 'before', times: 1 });
      faults.add({ kind: 'error', action: 'TerminateInstances', code: 'InternalError', times: 1 });
    },
    expected: ['terminated: no-name-tag'],
  },
  {
    title: 'EC2 shows one not asked for',
    meanwhile: ({ endpoint }) => {
      const { instances } = endpoint.fleet.add({ instances: [{ tags: [] }] });
      const instanceIds = instances.map(({ instanceId }) => instanceId);
      endpoint.faults.add({ kind: 'stray', instanceIds, times: 1 });
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
  {
    title: 'Grace, one of two named late',
    request: many(2),
    settings: { GRACE_PERIOD_MINUTES: '1' },
    graceLeft: 2,
    later: async (ec2) => ec2.name(ec2.id(0), 'named late'),
    expected: ['postponed, then spared: named', 'postponed, then terminated: no-name-tag'],
  },
  { title: 'Launch without an event', signals: ['running'], expected: ['terminated: no-name-tag'] },
  {
    title: 'Launch and start both tell',
    signals: ['launch', 'running'],
    expected: ['terminated, then already-gone: shutting-down'],
  },
  {
    title: 'Start that is no launch',
    existing: { launchedAt: Date.now() - 3_600_000, instances: [{ tags: [] }] },
    meanwhile: async (ec2) => ec2.restart(ec2.id(0)),
    signals: ['running'],
    expected: ['spared: not-a-launch'],
  },
  {
    title: 'Managed by EKS Auto Mode',
    existing: { instances: [{ operator: 'eks.amazonaws.com', tags: [] }] },
    signals: ['running'],
    expected: ['spared: managed'],
  },
  {
    title: 'EC2 down, then well again',
    meanwhile: ({ endpoint: { faults } }) => {
      faults.add({ kind: 'error', action: 'DescribeInstances', code: 'Unavailable' });
    },
    timeLeft: 5_000,
    later: ({ endpoint: { faults } }) => faults.clear(),
    expected: ['failed, then terminated: no-name-tag'],
  },
  {
    title: 'Group that launches again',
    existing: ofGroup('web'),
    meanwhile: ({ endpoint }) => {
      // Three of it were terminated within the hour.
      for (const { instances } of [1, 2, 3].map(() => endpoint.fleet.add(ofGroup('web'))))
        for (const instance of instances)
          instance.lifecycle = { asked: 'terminate', at: Date.now() - 600_000 };
    },
    signals: ['running'],
    expected: ['failed: relaunched, dead letter'],
  },
  {
    title: 'Mode name: named, not killed',
    existing: ofGroup('api'),
    settings: { SERVICE_LAUNCH_MODE: 'name' },
    signals: ['running'],
    expected: ['named: no-name-tag'],
  },
  {
    title: 'All paused, then resumed',
    paused: true,
    expected: ['terminated: no-name-tag'],
  },
  { title: 'Report mode', settings: { MODE: 'report' }, expected: ['would-terminate: no-name-tag'] },
  { title: 'Dry run', request: { DryRun: 'true' }, expected: { ignored: 'failed-call' } },
];
