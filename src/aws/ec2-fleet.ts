import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
  type DescribeInstancesCommandInput,
  type EC2ClientConfig,
} from '@aws-sdk/client-ec2';
import type { Description, InstanceFleet, LiveInstance, UnreadableInstance } from '../enforcer/fleet.ts';
import { filterOf } from '../enforcer/service-group.ts';
import { attempt, oneAttempt } from './attempt.ts';
import { readInstances, readRefusal, readTermination } from './ec2-answers.ts';
import { environmentCredentials } from './environment-credentials.ts';
import { collectWithWhiteSpace } from './white-space.ts';
import { ec2Limits } from './on-demand.ts';

/** Results a page, the most that EC2 gives. */
const PAGE = 1000;

/** Milliseconds that one attempt may take. EC2 answers these calls within a second or two. */
const ATTEMPT = 8_000;

/**
 * EC2 through the AWS SDK. Make it once and keep it: it holds the connections.
 *
 * A call is one attempt at each of its pages.
 *
 * @param endpointUrl where EC2 is, when it is not at its usual address
 * @param connection region, whose credentials and, to share connections, the handler of requests; without it, those of
 *   Lambda's environment
 */
export function createEc2Fleet(
  endpointUrl: string | undefined,
  connection: Pick<EC2ClientConfig, 'region' | 'profile' | 'credentials' | 'requestHandler'> = {
    credentials: environmentCredentials,
  },
): InstanceFleet {
  const client = new EC2Client({
    ...oneAttempt,
    streamCollector: collectWithWhiteSpace,
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...connection,
  });

  const describeAllPages = async (
    input: DescribeInstancesCommandInput,
    deadline: number,
  ): Promise<Description> => {
    const instances: LiveInstance[] = [];
    const unreadable: UnreadableInstance[] = [];
    let page: string | undefined;
    do {
      const command = new DescribeInstancesCommand({
        ...input,
        // Left out, an account's settings may hide them: then they look like instances that are not visible yet.
        // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html#managed-resource-visibility-settings
        IncludeManagedResources: true,
        MaxResults: PAGE,
        NextToken: page,
      });
      const answer = await attempt(ATTEMPT, deadline, async (abortSignal) => ({
        kind: 'answered' as const,
        output: await client.send(command, { abortSignal }),
      }));
      if (answer.kind !== 'answered') return answer;
      const shown = readInstances(answer.output);
      instances.push(...shown.instances);
      unreadable.push(...shown.unreadable);
      page = answer.output.NextToken;
    } while (page);
    return { kind: 'described', instances, unreadable };
  };

  return {
    limits: ec2Limits,

    // The filter, not the parameter InstanceIds: an unknown id gives no instance there, instead of an error for all.
    async describe(instanceIds, deadline) {
      // An empty filter would list the account.
      if (instanceIds.length === 0) return { kind: 'described', instances: [], unreadable: [] };
      return describeAllPages({ Filters: [{ Name: 'instance-id', Values: [...instanceIds] }] }, deadline);
    },

    async find(reference, deadline) {
      return describeAllPages(
        { Filters: [{ Name: reference.by, Values: [literal(reference.value)] }] },
        deadline,
      );
    },

    // What a `?` lets through beside the groups, the enforcer drops.
    async findDown(groups, deadline) {
      const [first] = groups;
      // An empty filter would list the account.
      if (first === undefined) return { kind: 'described', instances: [], unreadable: [] };
      const Filters = [
        { Name: filterOf(first.kind), Values: groups.map(({ name }) => anyForSpecial(name)) },
        { Name: 'instance-state-name', Values: ['shutting-down', 'terminated'] },
      ];
      return describeAllPages({ Filters }, deadline);
    },

    async terminate(instanceIds, deadline) {
      return attempt(ATTEMPT, deadline, async (abortSignal) => {
        try {
          const command = new TerminateInstancesCommand({ InstanceIds: [...instanceIds] });
          return readTermination(await client.send(command, { abortSignal }));
        } catch (error) {
          const refused = readRefusal(error);
          if (refused === undefined) throw error;
          return refused;
        }
      });
    },

    async name(instanceId, name, deadline) {
      return attempt(ATTEMPT, deadline, async (abortSignal) => {
        try {
          const command = new CreateTagsCommand({
            Resources: [instanceId],
            Tags: [{ Key: 'Name', Value: name }],
          });
          await client.send(command, { abortSignal });
          return { kind: 'accepted' };
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
const special = /[*?\\]/g;

function literal(value: string): string {
  return value.replaceAll(special, String.raw`\$&`);
}

/** No longer than the value: a filter takes 255 characters, and so long is the name of an Auto Scaling group at most. */
function anyForSpecial(value: string): string {
  return value.replaceAll(special, '?').slice(0, 255);
}
