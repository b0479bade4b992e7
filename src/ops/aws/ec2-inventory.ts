import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import type { InstanceState } from '../../enforcer/fleet.ts';
import type { InstanceId, Tag } from '../../enforcer/launch.ts';
import { clientSettings, type Connection } from './connection.ts';
import { readInstances } from '../../aws/ec2-answers.ts';

/** An instance with all that EC2 lists of it. */
export interface ListedInstance {
  readonly instanceId: InstanceId;
  readonly state: InstanceState;
  readonly tags: readonly Tag[];
  readonly reservationId: string | undefined;
  /** Account that owns it. */
  readonly account: string | undefined;
  readonly instanceType: string | undefined;
  /** When it was last started, which is when it was launched unless it was stopped since. */
  readonly launchTime: Date | undefined;
  /** Epoch milliseconds of when it was launched, however often it was stopped since. */
  readonly firstLaunchedAt: number | undefined;
}

/** Every instance of one account and region, through the AWS SDK. All calls only read. */
export interface Ec2Inventory {
  /** The region that is asked. */
  region(): Promise<string>;
  /** The regions that are enabled for the account. */
  enabledRegions(): Promise<string[]>;
  /** All instances in these states, a page at a time. */
  list(states: readonly InstanceState[]): AsyncGenerator<ListedInstance[], void>;
  /** Whether termination protection is on. EC2 tells it for one instance at a time. */
  isProtected(instanceId: InstanceId): Promise<boolean>;
  /** Lets go of its connections, when nothing more is asked. */
  close(): void;
}

/** Results a page, the most that EC2 gives. */
const PAGE = 1000;

/** EC2 throttles a region with many instances; the SDK slows down by itself. */
const RETRY = { maxAttempts: 10, retryMode: 'adaptive' } as const;

const Details = v.object({
  InstanceId: v.string(),
  InstanceType: v.optional(v.string()),
  LaunchTime: v.optional(v.date()),
});

export function createEc2Inventory(connection: Connection): Ec2Inventory {
  const client = new EC2Client({ ...clientSettings(connection), ...RETRY });
  return {
    region: async () => client.config.region(),

    async enabledRegions() {
      const { Regions = [] } = await client.send(new DescribeRegionsCommand({}));
      return Regions.flatMap(({ RegionName }) => RegionName ?? []).toSorted();
    },

    async *list(states) {
      let page: string | undefined;
      do {
        const answer = await client.send(
          new DescribeInstancesCommand({
            Filters: [{ Name: 'instance-state-name', Values: [...states] }],
            MaxResults: PAGE,
            NextToken: page,
          }),
        );
        yield (answer.Reservations ?? []).flatMap((reservation) => {
          const details = v.parse(v.optional(v.array(Details), []), reservation.Instances);
          const byId = new Map(details.map((instance) => [instance.InstanceId, instance]));
          const { instances, unreadable } = readInstances({ $metadata: {}, Reservations: [reservation] });
          const [first] = unreadable;
          if (first !== undefined) throw new Error(first.detail);
          return instances.map(({ instanceId, state, tags, reservationId, firstLaunchedAt }) => ({
            instanceId,
            firstLaunchedAt,
            state,
            tags,
            reservationId,
            account: reservation.OwnerId,
            instanceType: byId.get(instanceId)?.InstanceType,
            launchTime: byId.get(instanceId)?.LaunchTime,
          }));
        });
        page = answer.NextToken;
      } while (page);
    },

    async isProtected(instanceId) {
      const { DisableApiTermination } = await client.send(
        new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiTermination' }),
      );
      return DisableApiTermination?.Value === true;
    },

    close: () => client.destroy(),
  };
}
