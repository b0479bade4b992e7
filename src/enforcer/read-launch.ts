import type * as v from 'valibot';
import { InvalidEventError } from './errors.ts';
import { ApiCall, Envelope, SuccessfulLaunch } from './event-schema.ts';
import { parse } from './parse.ts';
import type {
  IgnoredEvent,
  IgnoredReason,
  InstanceId,
  Launch,
  LaunchedInstance,
  LaunchReference,
  LaunchSource,
  Tag,
} from './launch.ts';
import { launchedWith } from './launched-with.ts';
import { launcherOf } from './user-identity.ts';

/**
 * Reads the event that EventBridge delivers for an API call that CloudTrail recorded.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 *
 * @param event anything at all
 * @returns the launch; or `unlisted`, when CloudTrail left the instances out; or `ignored`, when the event tells of
 *   no launch
 * @throws InvalidEventError when the event is not of this shape, or names an instance by something that is no id
 */
export function readLaunch(event: unknown): Launch | IgnoredEvent {
  const envelope = parse(Envelope, event);
  if (envelope['detail-type'] !== 'AWS API Call via CloudTrail') return ignored('another-detail-type');
  if (envelope.source !== 'aws.ec2') return ignored('another-source');

  const { detail: call } = parse(ApiCall, event);
  if (call.eventSource !== 'ec2.amazonaws.com') return ignored('another-event-source');
  if (call.eventName !== 'RunInstances') return ignored('another-event-name');
  // A dry run is an error as well: `Client.DryRunOperation`.
  if (call.errorCode !== undefined && call.errorCode !== null) return ignored('failed-call');

  const { account, region, detail } = parse(SuccessfulLaunch, event);
  mustAgree('detail.recipientAccountId', detail.recipientAccountId, 'account', account);
  mustAgree('detail.awsRegion', detail.awsRegion, 'region', region);
  const { userIdentity, requestParameters, responseElements } = detail;
  const source: LaunchSource = {
    eventId: detail.eventID,
    account,
    region,
    launcher: launcherOf(userIdentity),
    invokedBy: userIdentity?.invokedBy,
    launchedWith: launchedWith({
      invokedBy: userIdentity?.invokedBy,
      userAgent: detail.userAgent,
      fromConsole: detail.sessionCredentialFromConsole,
    }),
    launchedAt: detail.eventTime,
    reservationId: responseElements.reservationId,
  };
  const requestTags = (requestParameters?.tagSpecificationSet?.items ?? [])
    .filter((specification) => specification?.resourceType === 'instance')
    .flatMap((specification) => present(specification?.tags));

  const listed = responseElements.instancesSet.items ?? [];
  if (listed.length > 0) return { kind: 'listed', source, instances: eachOnce(listed, requestTags) };
  return {
    kind: 'unlisted',
    source,
    launchTags: requestTags,
    reference: referenceOf(responseElements.reservationId, requestParameters?.clientToken),
    count: countOf(present(requestParameters?.instancesSet?.items)),
  };
}

/**
 * What AWS writes around an event says of which account and region it is; an event that claims another one is not as
 * AWS delivers it.
 *
 * @throws InvalidEventError
 */
function mustAgree(
  path: string,
  claimed: string | undefined,
  member: string,
  told: string | undefined,
): void {
  if (claimed === undefined || told === undefined || claimed === told) return;
  throw new InvalidEventError({ path, expected: `\`${member}\` of the event, ${told}`, received: claimed });
}

type ListedItem = NonNullable<
  v.InferOutput<typeof SuccessfulLaunch>['detail']['responseElements']['instancesSet']['items']
>[number];

function ignored(reason: IgnoredReason): IgnoredEvent {
  return { kind: 'ignored', reason };
}

/** One instance an id, with every launch tag that the event shows for it. */
function eachOnce(items: readonly ListedItem[], requestTags: readonly Tag[]): LaunchedInstance[] {
  const tagsById = new Map<InstanceId, Tag[]>();
  for (const item of items) {
    const tags = tagsById.get(item.instanceId) ?? [...requestTags];
    tagsById.set(item.instanceId, [...tags, ...present(item.tagSet?.items)]);
  }
  return Array.from(tagsById, ([id, launchTags]) => ({ instanceId: id, launchTags }));
}

/** A reservation is one launch for certain; a client token is whatever the launcher made up. */
function referenceOf(
  reservation: string | undefined,
  token: string | undefined,
): LaunchReference | undefined {
  if (reservation) return { by: 'reservation-id', value: reservation };
  if (token) return { by: 'client-token', value: token };
  return undefined;
}

type CountItem = { readonly minCount?: number | undefined; readonly maxCount?: number | undefined };

/** Nothing shown is: one at least, no limit. */
function countOf(items: readonly CountItem[]): { atLeast: number; atMost: number } {
  const minimum = items.reduce((sum, item) => sum + (item.minCount ?? 1), 0);
  const maximum = items.reduce((sum, item) => sum + (item.maxCount ?? Infinity), 0);
  const atLeast = Math.max(1, minimum);
  return { atLeast, atMost: items.length === 0 ? Infinity : Math.max(atLeast, maximum) };
}

function present<T>(list: readonly (T | undefined)[] | undefined): T[] {
  return (list ?? []).filter((item) => item !== undefined);
}
