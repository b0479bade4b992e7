import * as v from 'valibot';
import { InvalidEventError } from '../../enforcer/errors.ts';
import type { IgnoredEvent, IgnoredReason, InstanceId, Launch } from '../../enforcer/launch.ts';
import { judge, type SpareReason, type TerminateReason } from '../../enforcer/judge.ts';
import { readLaunch } from '../../enforcer/read-launch.ts';
import { launcherOf, shown, UserIdentity } from '../../enforcer/user-identity.ts';

/** What the enforcer would have decided on one `RunInstances` record, by its launch tags alone. */
export interface JudgedRecord extends RecordSource {
  /** One finding for each verdict and reason that instances of the launch got; at least one. */
  readonly findings: readonly Finding[];
}

/** What a record tells of itself. What it does not tell is undefined. */
interface RecordSource {
  readonly eventId: string | undefined;
  /** As CloudTrail wrote it. */
  readonly eventTime: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** ARN of who called `RunInstances`, or the nearest to one that the record holds. */
  readonly launcher: string | undefined;
  /** Why the call failed: CloudTrail's error code. */
  readonly errorCode: string | undefined;
}

/**
 * - `terminate`: it would have read the live tags, and terminated what was still nameless
 * - `unknown`: CloudTrail left the instances out of the record, so their tags are not all known; it would have looked
 *   for them in EC2
 * - `ignore`: the call started no instance
 */
export type Finding = {
  /** Empty where the record does not list them. */
  readonly instanceIds: readonly InstanceId[];
  /** How many instances this is about; where they are not listed, how many there were at least. */
  readonly instances: number;
} & (
  | { readonly verdict: 'terminate'; readonly reason: TerminateReason }
  | { readonly verdict: 'spare'; readonly reason: SpareReason }
  | { readonly verdict: 'unknown'; readonly reason: 'not-listed' }
  | { readonly verdict: 'ignore'; readonly reason: IgnoredReason }
);

export type ReplayVerdict = Finding['verdict'];

/** Every verdict on a record. */
export const verdicts = [
  'terminate',
  'spare',
  'unknown',
  'ignore',
] as const satisfies readonly ReplayVerdict[];

const Source = v.object({
  eventID: shown(v.string()),
  eventTime: shown(v.string()),
  recipientAccountId: shown(v.string()),
  awsRegion: shown(v.string()),
  errorCode: shown(v.string()),
  userIdentity: shown(UserIdentity),
});

/** Whether a record is of a `RunInstances` call. */
export function isRunInstances(record: object): boolean {
  return 'eventName' in record && record.eventName === 'RunInstances';
}

/**
 * Judges a record by the enforcer's own code: as the event that EventBridge would have made of it.
 *
 * @param record a CloudTrail record of a `RunInstances` call
 * @returns the path of what is wrong with it, when it is not what CloudTrail writes
 */
export function judgeRecord(
  record: object,
  exemptTagKeys: ReadonlySet<string>,
): JudgedRecord | { readonly invalid: string } {
  const { eventID, eventTime, recipientAccountId, awsRegion, errorCode, userIdentity } = v.parse(
    Source,
    record,
  );
  // Old records lack it. Who calls RunInstances owns the instances, so the caller's account is the same.
  const account = recipientAccountId ?? userIdentity?.accountId;
  const launch = read({
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    account,
    region: awsRegion,
    detail: record,
  });
  if (launch.kind === 'invalid') return { invalid: launch.path.replace(/^detail\./, '') };
  return {
    eventId: eventID,
    eventTime,
    account,
    region: awsRegion,
    launcher: launcherOf(userIdentity),
    errorCode,
    findings: findingsOf(launch, exemptTagKeys),
  };
}

function read(event: object): Launch | IgnoredEvent | { readonly kind: 'invalid'; readonly path: string } {
  try {
    return readLaunch(event);
  } catch (error) {
    if (error instanceof InvalidEventError) return { kind: 'invalid', path: error.path };
    throw error;
  }
}

function findingsOf(launch: Launch | IgnoredEvent, exemptTagKeys: ReadonlySet<string>): Finding[] {
  switch (launch.kind) {
    case 'ignored':
      return [{ verdict: 'ignore', reason: launch.reason, instanceIds: [], instances: 0 }];
    case 'unlisted': {
      const verdict = judge(launch.launchTags, exemptTagKeys);
      const instances = { instanceIds: [], instances: launch.count.atLeast };
      if (verdict.verdict === 'spare') return [{ ...verdict, ...instances }];
      return [{ verdict: 'unknown', reason: 'not-listed', ...instances }];
    }
    case 'listed': {
      const judged = launch.instances.map(({ instanceId, launchTags }) => ({
        instanceId,
        verdict: judge(launchTags, exemptTagKeys),
      }));
      return [...Map.groupBy(judged, ({ verdict }) => verdict.reason).values()].flatMap((group) => {
        const instanceIds = group.map(({ instanceId }) => instanceId);
        const [first] = group;
        return first === undefined ? [] : [{ ...first.verdict, instanceIds, instances: instanceIds.length }];
      });
    }
  }
}
