import {
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
  type DescribeInstancesCommandInput,
  type EC2ClientConfig,
} from '@aws-sdk/client-ec2';
import type { Description, InstanceFleet, LiveInstance } from '../enforcer/fleet.ts';
import type { LaunchReference } from '../enforcer/launch.ts';
import { readInstances, readRefusal, readTerminating } from './ec2-answers.ts';
import { ec2Limits } from './ec2-limits.ts';
import { within } from './within-deadline.ts';

/** Results a page, the most that EC2 gives. */
const PAGE = 1000;

/** Attempts of one call; with the SDK's backoff they fill about a minute of throttling, or end at the deadline. */
const ATTEMPTS = 10;

/** Milliseconds. EC2 answers these calls within a second or two; a hung connection must not eat the deadline. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 10_000 } as const;

/**
 * EC2 through the AWS SDK. Make it once and keep it: it holds the connections.
 *
 * Throttling, server errors and dropped connections are tried again by the SDK; what still fails is answered as
 * `call-failed`, and a call that the deadline ends as `out-of-time`.
 *
 * @param endpointUrl where EC2 is, when it is not at its usual address
 * @param connection region and profile; without them the SDK reads Lambda's environment
 */
export function createEc2Fleet(
  endpointUrl: string | undefined,
  connection: Pick<EC2ClientConfig, 'region' | 'profile'> = {},
): InstanceFleet {
  const client = new EC2Client({
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    requestHandler: { ...TIMEOUTS, throwOnRequestTimeout: true },
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...connection,
  });
  // It would take each answer apart for a log that is off: a sixth of the time of a launch of 1,000.
  client.middlewareStack.remove('loggerMiddleware');

  const describeAllPages = async (
    input: DescribeInstancesCommandInput,
    signal: AbortSignal,
  ): Promise<Description> => {
    const instances: LiveInstance[] = [];
    let page: string | undefined;
    do {
      const answer = await client.send(
        new DescribeInstancesCommand({ ...input, MaxResults: PAGE, NextToken: page }),
        { abortSignal: signal },
      );
      instances.push(...readInstances(answer));
      page = answer.NextToken;
    } while (page);
    return { kind: 'described', instances };
  };

  return {
    limits: ec2Limits,

    // The filter, not the parameter InstanceIds: an unknown id gives no instance there, instead of an error for all.
    async describe(instanceIds, deadline) {
      // An empty filter would list the account.
      if (instanceIds.length === 0) return { kind: 'described', instances: [] };
      const filter = { Name: 'instance-id', Values: [...instanceIds] };
      return within(deadline, async (signal) => describeAllPages({ Filters: [filter] }, signal));
    },

    async find(reference, deadline) {
      const filter = { Name: reference.by, Values: [literal(reference)] };
      return within(deadline, async (signal) => describeAllPages({ Filters: [filter] }, signal));
    },

    async terminate(instanceIds, deadline) {
      return within(deadline, async (signal) => {
        try {
          const command = new TerminateInstancesCommand({ InstanceIds: [...instanceIds] });
          const answer = await client.send(command, { abortSignal: signal });
          return { kind: 'accepted', instanceIds: readTerminating(answer) };
        } catch (error) {
          const refused = readRefusal(error);
          if (refused === undefined) throw error;
          return refused;
        }
      });
    },
  };
}

/**
 * Filter values take `*` and `?` for anything, and `\` to take them literally:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
function literal({ value }: LaunchReference): string {
  return value.replaceAll(/[*?\\]/g, String.raw`\$&`);
}
