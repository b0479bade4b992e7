import { lineOf } from './errors.ts';
import type { Failure } from './errors.ts';
import type { Home, InstanceId, LaunchSource } from './launch.ts';
import { nameTheGroup } from './name-the-group.ts';
import { isUnsettled, outcomeKinds } from './outcome.ts';
import type { Outcome, Unsettled } from './outcome.ts';
import { isSameGroup } from './service-group.ts';
import type { ServiceGroup } from './service-group.ts';

/* What a settlement leaves open, told to people and programs. A start should not wait for it: most launches leave nothing. */

/**
 * A launch of an account or region that this stack does not look into. EC2 here shows none of its instances, which would
 * make them look gone. Trying again does not help.
 */
export class ForeignLaunchError extends Error {
  override readonly name = 'ForeignLaunchError';
  readonly reasons: readonly string[] = ['foreign-launch'];

  constructor(source: LaunchSource, home: Home, options?: ErrorOptions) {
    super(
      `Expected a launch in ${home.account} ${home.region}, where this stack is, got one in ` +
        `${source.account ?? 'unknown'} ${source.region ?? 'unknown'}. EC2 was not asked. ` +
        `${describeSource(source)} Deploy the stack there, or correct the rule that sent the event here.` +
        lineOf({ error: 'ForeignLaunchError' }),
      options,
    );
  }
}

/** Why the instances of an unlisted launch could not all be found, for choosing by it. */
export const incompleteReasons = [
  'no-reference',
  'not-found',
  'maybe-more',
  'ambiguous',
  'unreadable',
] as const;

/** What stood in the way of finding the instances of an unlisted launch. */
export interface Incomplete {
  /**
   * - `no-reference`: the event holds neither a reservation id nor a client token
   * - `not-found`: EC2 showed fewer instances of the launch than it must have started
   * - `maybe-more`: EC2 showed enough instances, but there was no time to see whether it shows more
   * - `ambiguous`: the client token belongs to more than one reservation, so it does not tell this launch
   * - `unreadable`: the call to EC2 failed
   */
  readonly reason: (typeof incompleteReasons)[number];
  /** How many instances the launch has at least. */
  readonly expected: number;
  /** How many instances were found and are settled, or are named in the error's `cause`. */
  readonly found: number;
  readonly detail?: string;
}

/**
 * A launch whose event lists no instances, and whose instances could not all be found. The message tells of the cause
 * as well: Lambda sends the message alone to the dead-letter queue.
 */
export class UnlistedLaunchError extends Error {
  override readonly name = 'UnlistedLaunchError';
  readonly reasons: readonly string[];

  constructor(
    source: LaunchSource,
    incomplete: Incomplete,
    options?: {
      readonly cause?: UnsettledInstancesError | undefined;
      /** Of the instances that were found. */
      readonly outcomes?: readonly Outcome[];
    },
  ) {
    const cause = options?.cause;
    super(
      `Expected to find every instance, at least ${incomplete.expected}, of a launch that the event does not list, ` +
        `found ${incomplete.found}: ${incomplete.reason}${incomplete.detail === undefined ? '' : ` (${incomplete.detail})`}. ` +
        `${describeSource(source)} ` +
        'Look in CloudTrail for what this event launched, and see that each instance has a Name tag.' +
        (cause === undefined ? '' : `\n${cause.text}`) +
        lineOf({
          error: 'UnlistedLaunchError',
          incomplete: incomplete.reason,
          ...terminatedOf(options?.outcomes ?? []),
          ...cause?.told,
        }),
      options,
    );
    this.reasons = ['unlisted', ...(cause?.reasons ?? [])];
  }
}

/**
 * So many instances are told of with EC2's own words, up to 300 characters each. Those of 1,000 instances would
 * be hundreds of kilobytes, too much for a message in the dead-letter queue that holds the event as well.
 */
const TOLD_IN_FULL = 50;

/** Instances of a launch that are neither spared nor gone. Thrown when all the others are settled. */
export class UnsettledInstancesError extends Error {
  override readonly name = 'UnsettledInstancesError';
  readonly reasons: readonly string[];
  readonly unsettled: readonly Unsettled[];
  /** What its last line tells programs. */
  readonly told: Omit<Failure, 'error' | 'incomplete'>;
  /** The message without its line for programs. */
  readonly text: string;

  constructor(source: LaunchSource, outcomes: readonly Outcome[], options?: ErrorOptions) {
    const unsettled = outcomes.filter(isUnsettled);
    const groups = relaunchingGroups(unsettled);
    const text = [
      `Expected every instance of the launch to be settled, got ${unsettled.length} of ${outcomes.length} open ` +
        `(${countsOf(outcomes)}).`,
      ...unsettled.slice(0, TOLD_IN_FULL).map(describeUnsettled),
      ...(unsettled.length > TOLD_IN_FULL
        ? [`and ${unsettled.length - TOLD_IN_FULL} more, which the last line names.`]
        : []),
      describeSource(source),
      ...[...new Set(unsettled.map((instance) => instance.reason))].map(
        (reason) => `${reason}: ${advice[reason]}`,
      ),
      ...groups.map((group) => nameTheGroup(group, source.region)),
    ].join('\n');
    const told = {
      unsettled: byReason(unsettled),
      ...terminatedOf(outcomes),
      ...(groups.length > 0 && { groups }),
    };
    super(text + lineOf({ error: 'UnsettledInstancesError', ...told }), options);
    this.unsettled = unsettled;
    this.told = told;
    this.reasons = [...new Set(unsettled.map(({ reason }) => reason))];
    this.text = text;
  }
}

function terminatedOf(outcomes: readonly Outcome[]): Pick<Failure, 'terminated'> {
  const terminated = outcomes.flatMap(({ outcome, instanceId }) =>
    outcome === 'terminated' ? [instanceId] : [],
  );
  return terminated.length > 0 ? { terminated } : {};
}

/** Each group that launches again what is terminated, once. */
function relaunchingGroups(unsettled: readonly Unsettled[]): ServiceGroup[] {
  const groups: ServiceGroup[] = [];
  for (const { reason, group } of unsettled) {
    if (reason !== 'relaunched' || group === undefined) continue;
    if (!groups.some((known) => isSameGroup(known, group))) groups.push(group);
  }
  return groups;
}

function byReason(unsettled: readonly Unsettled[]): Readonly<Record<string, readonly InstanceId[]>> {
  const groups = Map.groupBy(unsettled, ({ reason }) => reason);
  return Object.fromEntries(
    [...groups].map(([reason, instances]) => [reason, instances.map(({ instanceId }) => instanceId)]),
  );
}

/** What a person can do, by reason. Lambda has tried again by itself before a person reads this. */
const advice: Readonly<Record<Unsettled['reason'], string>> = {
  'out-of-time': 'the function ran out of time; raise its Timeout, and send the event again.',
  'not-visible': 'EC2 does not show it to this account and region; look where it was launched.',
  unreadable: 'its tags could not be read; see what EC2 said, and send the event again.',
  protected:
    'termination protection is on and was left on; name the instance, or switch it off and send the event again.',
  denied:
    'the role may neither terminate nor name it; look for a tag that differs from Name in case alone, and for policies that deny it.',
  refused: 'EC2 does not terminate it on request; see what EC2 said, and ask the service that manages it.',
  relaunched:
    'its group launches another one each time, so that it was left alone; name what the group launches, and name or end it.',
  'not-terminated': 'the call to terminate it failed; see what EC2 said, and send the event again.',
  'not-named': 'the call to name it failed; see what EC2 said, and name it, or send the event again.',
};

function countsOf(outcomes: readonly Outcome[]): string {
  return outcomeKinds
    .map((kind) => ({ kind, count: outcomes.filter(({ outcome }) => outcome === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`)
    .join(', ');
}

function describeUnsettled(instance: Unsettled): string {
  const { instanceId, outcome, reason } = instance;
  const detail = instance.outcome === 'failed' ? instance.detail : undefined;
  return `${instanceId} ${outcome}: ${reason}${detail === undefined ? '' : ` (${detail})`}`;
}

function describeSource(source: LaunchSource): string {
  const { account, region, launcher, reservationId, eventId } = source;
  return `Launched by ${launcher ?? 'unknown'} in ${account ?? 'unknown'} ${region ?? 'unknown'}, reservation ${reservationId ?? 'unknown'}, event ${eventId ?? 'unknown'}.`;
}
