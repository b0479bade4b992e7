import type { Tag } from './launch.ts';

/** What launches instances for somebody, and launches another when one ends. */
export interface ServiceGroup {
  readonly kind: GroupKind;
  /** For example the name of the Auto Scaling group; 1 to 256 characters of any script. */
  readonly name: string;
  /** What it launches from, where a tag tells: id of the launch template, or name of the EC2NodeClass. */
  readonly launchesFrom?: string;
}

/** What EC2 shows of an instance that tells who launched it. */
interface Traits {
  readonly tags: readonly Tag[];
  /** Id of the Spot request that it was launched for. */
  readonly spotRequestId: string | undefined;
}

/** Karpenter launches each node by an EC2 fleet of its own, so the fleet is not what launches the next one. */
const NODE_POOL = 'karpenter.sh/nodepool';
const FLEET = 'aws:ec2:fleet-id';

/**
 * Tags of which only AWS can set the key, the closest group first: an Auto Scaling group launches by a fleet as well.
 * - https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
 * - https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
 * - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-ec2-fleet.html
 * - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-spot-fleet.html
 */
const keyOf = {
  'auto-scaling-group': 'aws:autoscaling:groupName',
  'emr-cluster': 'aws:elasticmapreduce:job-flow-id',
  'node-pool': NODE_POOL,
  'spot-fleet': 'aws:ec2spot:fleet-request-id',
  'ec2-fleet': FLEET,
} as const satisfies Record<Exclude<GroupKind, 'spot-request'>, string>;

const taggedKinds = ['auto-scaling-group', 'emr-cluster', 'node-pool', 'spot-fleet', 'ec2-fleet'] as const;

export const groupKinds = [...taggedKinds, 'spot-request'] as const;
export type GroupKind = (typeof groupKinds)[number];

/**
 * The group that launched an instance; undefined when nothing that only AWS can set tells of one. Who made the call,
 * `invokedBy`, is not looked at: it is a service for some people in the console as well. A tag with an empty value names no
 * group.
 */
export function serviceGroupOf({ tags, spotRequestId }: Traits): ServiceGroup | undefined {
  const valueOf = (key: string): string | undefined =>
    tags.find((tag) => tag.key === key && tag.value !== '')?.value;
  for (const kind of taggedKinds) {
    const name = valueOf(keyOf[kind]);
    // Anybody can set Karpenter's own tags: they tell which node pool, and not that it is one.
    if (name === undefined || (kind === 'node-pool' && valueOf(FLEET) === undefined)) continue;
    const from = valueOf(
      kind === 'node-pool' ? 'karpenter.k8s.aws/ec2nodeclass' : 'aws:ec2launchtemplate:id',
    );
    return { kind, name, ...(from !== undefined && { launchesFrom: from }) };
  }
  return spotRequestId ? { kind: 'spot-request', name: spotRequestId } : undefined;
}

/** Whether both are the same group. */
export function isSameGroup(one: ServiceGroup | undefined, other: ServiceGroup | undefined): boolean {
  return one !== undefined && other !== undefined && one.kind === other.kind && one.name === other.name;
}

/**
 * The filter of DescribeInstances that the instances of a group pass.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export function filterOf(kind: GroupKind): string {
  return kind === 'spot-request' ? 'spot-instance-request-id' : `tag:${keyOf[kind]}`;
}

/** A group as people call it, for example `Auto Scaling group web`. */
export function describeGroup({ kind, name }: ServiceGroup): string {
  return `${titles[kind]} ${name}`;
}

const titles: Readonly<Record<GroupKind, string>> = {
  'auto-scaling-group': 'Auto Scaling group',
  'emr-cluster': 'EMR cluster',
  'node-pool': 'Karpenter node pool',
  'spot-fleet': 'Spot Fleet',
  'ec2-fleet': 'EC2 Fleet',
  'spot-request': 'Spot request',
};
