import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  type AdvancedFieldSelector,
  type GetEventSelectorsCommandOutput,
} from '@aws-sdk/client-cloudtrail';
import { clientSettings, type Connection } from './connection.ts';

/** A trail, as far as it decides whether EventBridge is notified of launches in one region. */
export interface Trail {
  readonly name: string;
  readonly arn: string;
  readonly logging: boolean;
  /** Whether it logs `RunInstances`: `some` when it filters by what differs from launch to launch. */
  readonly logsLaunches: 'all' | 'some' | 'none';
}

/** A trail that this account sees but may not look into, such as one of its organization. */
export interface UnreadableTrail {
  readonly arn: string;
  readonly error: unknown;
}

/** The trails that cover the region of the connection. */
export async function readTrails(connection: Connection): Promise<(Trail | UnreadableTrail)[]> {
  const client = new CloudTrailClient(clientSettings(connection));
  const region = await client.config.region();
  const answer = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const covering = (answer.trailList ?? []).filter(
    ({ IsMultiRegionTrail, HomeRegion }) => IsMultiRegionTrail === true || HomeRegion === region,
  );
  return Promise.all(
    covering.map(async ({ Name = 'unknown', TrailARN: arn = Name }) => {
      try {
        const status = await client.send(new GetTrailStatusCommand({ Name: arn }));
        const selectors = await client.send(new GetEventSelectorsCommand({ TrailName: arn }));
        return {
          name: Name,
          arn,
          logging: status.IsLogging === true,
          logsLaunches: logsLaunches(selectors),
        };
      } catch (error) {
        return { arn, error };
      }
    }),
  );
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
function logsLaunches(selectors: GetEventSelectorsCommandOutput): Trail['logsLaunches'] {
  const basic = (selectors.EventSelectors ?? []).some(
    ({ IncludeManagementEvents, ReadWriteType }) =>
      IncludeManagementEvents === true && (ReadWriteType === 'All' || ReadWriteType === 'WriteOnly'),
  );
  if (basic) return 'all';
  const advanced = (selectors.AdvancedEventSelectors ?? []).map(({ FieldSelectors = [] }) =>
    weakest(FieldSelectors.map(passesLaunches)),
  );
  return (
    advanced.find((passes) => passes === 'all') ?? advanced.find((passes) => passes === 'some') ?? 'none'
  );
}

/** What every launch has in the fields that advanced event selectors filter by. */
const launchFields: Readonly<Record<string, string>> = {
  eventCategory: 'Management',
  readOnly: 'false',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
  eventType: 'AwsApiCall',
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html */
function passesLaunches(selector: AdvancedFieldSelector): Trail['logsLaunches'] {
  const value = launchFields[selector.Field ?? ''];
  if (value === undefined) return 'some';
  const { Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith } = selector;
  const wanted = [
    ...(Equals ?? []).map((it) => value === it),
    ...(StartsWith ?? []).map((it) => value.startsWith(it)),
    ...(EndsWith ?? []).map((it) => value.endsWith(it)),
  ];
  const unwanted = [
    ...(NotEquals ?? []).map((it) => value === it),
    ...(NotStartsWith ?? []).map((it) => value.startsWith(it)),
    ...(NotEndsWith ?? []).map((it) => value.endsWith(it)),
  ];
  const passes = (wanted.length === 0 || wanted.includes(true)) && !unwanted.includes(true);
  return passes ? 'all' : 'none';
}

function weakest(passes: readonly Trail['logsLaunches'][]): Trail['logsLaunches'] {
  if (passes.includes('none')) return 'none';
  return passes.includes('some') ? 'some' : 'all';
}
