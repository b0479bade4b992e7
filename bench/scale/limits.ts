import type { BucketLimit } from './token-bucket.ts';

/** What an account may ask of EC2 in one region. */
export interface Ec2Limits {
  readonly describe: BucketLimit;
  readonly terminate: BucketLimit;
  /** Instances that `TerminateInstances` takes, one token each. */
  readonly terminatedInstances: BucketLimit;
}

/**
 * The limits that every account begins with, as of 2026. `DescribeInstances` with a filter counts among the
 * "non-mutating actions".
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const documentedLimits = {
  describe: { capacity: 100, refill: 20 },
  terminate: { capacity: 100, refill: 5 },
  terminatedInstances: { capacity: 1_000, refill: 20 },
} as const satisfies Ec2Limits;

/** Launches that EC2 itself takes from an account by the same page: `RunInstances` calls, and instances, a second. */
export const launchLimits = {
  calls: { capacity: 5, refill: 2 },
  instances: { capacity: 1_000, refill: 2 },
} as const satisfies Record<string, BucketLimit>;

/** The limits of an account that had them raised for this many nameless launches of one instance a second. */
export function raisedFor(rate: number): Ec2Limits {
  const raised = ({ capacity, refill }: BucketLimit): BucketLimit => {
    const wanted = Math.max(refill, rate * 1.2);
    return { capacity: Math.max(capacity, wanted), refill: wanted };
  };
  return {
    describe: raised(documentedLimits.describe),
    terminate: raised(documentedLimits.terminate),
    terminatedInstances: raised(documentedLimits.terminatedInstances),
  };
}
