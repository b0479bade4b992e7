import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as v from 'valibot';
import type { InstanceId } from '../../enforcer/launch.ts';
import { launcherOf, UserIdentity } from '../../enforcer/user-identity.ts';
import { clientSettings, type Connection } from './connection.ts';

/** CloudTrail's event history of one region, through the AWS SDK: the management events of the last 90 days. */
export interface CloudTrailHistory {
  /** Who launched an instance: the ARN, or the nearest to one; undefined when the history does not show it. */
  findLauncher(instanceId: InstanceId): Promise<string | undefined>;
  /** Lets go of its connections, when nothing more is asked. */
  close(): void;
}

/**
 * Pages of 50 events, the latest first, that are looked through for one instance. Its launch is the oldest of them.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
const MOST_PAGES = 20;

/** CloudTrail takes two lookups a second from an account; the SDK slows down by itself. */
const RETRY = { maxAttempts: 10, retryMode: 'adaptive' } as const;

const Record = v.pipe(v.string(), v.parseJson(), v.object({ userIdentity: UserIdentity }));

export function createCloudTrailHistory(connection: Connection): CloudTrailHistory {
  const client = new CloudTrailClient({ ...clientSettings(connection), ...RETRY });
  return {
    async findLauncher(instanceId) {
      let page: string | undefined;
      for (let pages = 0; pages < MOST_PAGES; pages++) {
        const answer = await client.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: instanceId }],
            MaxResults: 50,
            NextToken: page,
          }),
        );
        const launch = answer.Events?.find(({ EventName }) => EventName === 'RunInstances');
        if (launch !== undefined) return readLauncher(launch.CloudTrailEvent) ?? launch.Username;
        page = answer.NextToken;
        if (!page) return undefined;
      }
      return undefined;
    },

    close: () => client.destroy(),
  };
}

function readLauncher(record: string | undefined): string | undefined {
  const parsed = v.safeParse(Record, record);
  return parsed.success ? launcherOf(parsed.output.userIdentity) : undefined;
}
