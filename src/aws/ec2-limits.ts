/**
 * How many ids one EC2 call takes. A file of its own, so that to know it does not load the AWS SDK.
 *
 * - describe: the values of one filter,
 *   https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 * - terminate: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export const ec2Limits = { describe: 200, terminate: 1000 } as const;
