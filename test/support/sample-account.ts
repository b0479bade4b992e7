import type { AccountParts } from '../ops/audit/account.ts';

const DAY = 86_400_000;

/** Launchers of the sample, with the tags that tell of them, or the ARN that CloudTrail knows. */
const launchers = [
  { tags: [{ key: 'aws:autoscaling:groupName', value: 'checkout-web' }] },
  { tags: [{ key: 'karpenter.sh/nodepool', value: 'batch' }] },
  { arn: 'arn:aws:sts::123456789012:assumed-role/jenkins-agent/build-1234' },
  { arn: 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0a1b2c/lena@example.com' },
  { tags: [{ key: 'aws:elasticmapreduce:job-flow-id', value: 'j-2AXXXXXXGAPLF' }] },
  { arn: 'arn:aws:iam::123456789012:user/terraform' },
] as const;

/** Regions, and how many of the instances are there. */
const regions = { 'eu-west-1': 34, 'us-east-1': 21, 'eu-central-1': 9, 'ap-southeast-2': 4 } as const;

/** A number from 0 to 1 that looks like chance, and is always the same. */
function chance(seed: number): number {
  const number = Math.sin(seed) * 10_000;
  return number - Math.floor(number);
}

/** An account with a few dozen nameless instances among others: what a first audit of a team may show. */
export function sampleAccount(now: number): AccountParts {
  const arns: Record<string, string> = {};
  let number = 0;
  const launched = (count: number) =>
    Array.from({ length: count }, () => {
      number += 1;
      const instanceId = `i-${number.toString(16).padStart(17, '0')}`;
      const launcher = launchers[Math.floor(launchers.length * chance(number) ** 2)] ?? launchers[0];
      const launchedAt = now - 35 * DAY * chance(-number) ** 2;
      if ('arn' in launcher) arns[instanceId] = launcher.arn;
      const tags = number % 3 === 0 ? [{ key: 'Name', value: `web-${number}` }] : [];
      return {
        instanceId,
        launchedAt,
        instanceType: ['m7g.large', 'c7g.xlarge', 't4g.small'][number % 3],
        terminationProtected: number % 17 === 0,
        tags: 'tags' in launcher ? [...launcher.tags, ...tags] : tags,
      };
    });
  return {
    regions: Object.fromEntries(Object.entries(regions).map(([region, count]) => [region, launched(count)])),
    launchers: arns,
  };
}
