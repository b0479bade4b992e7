import type { LaunchedWith } from './launched-with.ts';

/** What an event tells of a launch: the shapes that `read-launch.ts` gives and `enforce-name-tag.ts` takes. */

/** `i-` and 8 or 17 lower-case hex digits; checked where an id enters, hence a plain string inside. */
export type InstanceId = string;

/** One tag of an instance. A tag without a value has the empty value. Keys are case-sensitive. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** One successful `RunInstances` call, as CloudTrail recorded it. */
export interface LaunchSource {
  /** `detail.eventID`: what CloudTrail's event history is searched by. */
  readonly eventId: string | undefined;
  /** Account that owns the instances, 12 digits. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** ARN of who called `RunInstances`, or the nearest to one that the event holds. */
  readonly launcher: string | undefined;
  /**
   * AWS service that made the call for the launcher, for example `autoscaling.amazonaws.com`. It is also
   * `signin.amazonaws.com` for some people in the console, so it does not prove that a service launched.
   */
  readonly invokedBy: string | undefined;
  readonly launchedWith: LaunchedWith;
  /** Epoch milliseconds of `detail.eventTime`; undefined unless that is a valid time in UTC. */
  readonly launchedAt: number | undefined;
  readonly reservationId: string | undefined;
}

/** The account and region that a stack looks into. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/** One instance that the event names, with its launch tags: those of the request and its own of the response. */
export interface LaunchedInstance {
  readonly instanceId: InstanceId;
  readonly launchTags: readonly Tag[];
}

/** A launch whose instances the event lists: at least one, each id once. */
export interface ListedLaunch {
  readonly kind: 'listed';
  readonly source: LaunchSource;
  readonly instances: readonly LaunchedInstance[];
}

/** What an unlisted launch can be found by; EC2 gives both to every instance of the launch. */
export type LaunchReference =
  | { readonly by: 'reservation-id'; readonly value: string }
  | { readonly by: 'client-token'; readonly value: string };

/** A launch whose event lists no instances, because CloudTrail left out a field larger than 100 KB. */
export interface UnlistedLaunch {
  readonly kind: 'unlisted';
  readonly source: LaunchSource;
  /** The tags of the request hold for every instance of the launch. */
  readonly launchTags: readonly Tag[];
  readonly reference: LaunchReference | undefined;
  /** `minCount` and `maxCount` of the request: a successful launch started at least and at most so many. */
  readonly count: { readonly atLeast: number; readonly atMost: number };
}

export type Launch = ListedLaunch | UnlistedLaunch;

/** Why an event asks nothing of the enforcer. */
export type IgnoredReason =
  | 'another-detail-type'
  | 'another-source'
  | 'another-event-source'
  | 'another-event-name'
  | 'failed-call';

/** An event that concerns no launch: nothing was started, so nothing is looked at. */
export interface IgnoredEvent {
  readonly kind: 'ignored';
  readonly reason: IgnoredReason;
}
