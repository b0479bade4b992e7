import type { Tag } from '../../enforcer/launch.ts';

/**
 * Tags that AWS services and known tools put on what they launch, the one that says most first. Keys that begin with
 * `aws:` cannot be set by people.
 *
 * - https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
 * - https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
 * - https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html
 * - https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
 * - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
 * - https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/aws-tags.html
 * - https://karpenter.sh/docs/concepts/nodeclasses/#spectags
 */
const launcherTags = [
  ['aws:elasticmapreduce:job-flow-id', 'EMR cluster'],
  ['elasticbeanstalk:environment-name', 'Elastic Beanstalk environment'],
  ['karpenter.sh/nodepool', 'Karpenter node pool'],
  ['aws:eks:cluster-name', 'EKS cluster'],
  ['eks:cluster-name', 'EKS cluster'],
  ['aws:autoscaling:groupName', 'Auto Scaling group'],
  ['aws:ec2:fleet-id', 'EC2 Fleet'],
  ['aws:ec2spot:fleet-request-id', 'Spot Fleet'],
  ['aws:cloudformation:stack-name', 'CloudFormation stack'],
  ['aws:createdBy', 'created by'],
] as const;

/** Who launched an instance, as far as its tags show it, for example `Auto Scaling group web`. */
export function launcherOfTags(tags: readonly Tag[]): string | undefined {
  for (const [key, what] of launcherTags) {
    const value = valueOf(tags, key);
    if (value !== undefined && value !== '') return `${what} ${value}`;
  }
  return undefined;
}

/** The Auto Scaling group that an instance belongs to. */
export function autoScalingGroupOf(tags: readonly Tag[]): string | undefined {
  return valueOf(tags, 'aws:autoscaling:groupName');
}

function valueOf(tags: readonly Tag[], key: string): string | undefined {
  return tags.find((tag) => tag.key === key)?.value;
}
