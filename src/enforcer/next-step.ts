import type { RelaunchCheck } from './check-relaunches.ts';
import type { Enforcement } from './enforcement.ts';
import type { LiveInstance } from './fleet.ts';
import { judge } from './judge.ts';
import type { TerminateReason } from './judge.ts';
import type { InstanceId } from './launch.ts';
import { nameFor } from './name-for.ts';
import type { InstanceNaming } from './name-instances.ts';
import type { Outcome } from './outcome.ts';
import type { Reading } from './read-live-tags.ts';
import { describeGroup, serviceGroupOf } from './service-group.ts';
import type { ServiceGroup } from './service-group.ts';
import type { InstanceTermination } from './terminate.ts';

/** An instance to settle. */
export interface InstanceToSettle {
  readonly instanceId: InstanceId;
  /** Epoch milliseconds; undefined when nobody knows: then an instance that EC2 does not show is never called gone. */
  readonly launchedAt: number | undefined;
  /** Epoch milliseconds before which nothing is done about a nameless one; undefined: at once. */
  readonly dueAt?: number | undefined;
  /**
   * Epoch milliseconds at which it came to run, where nothing but that tells of a launch: an instance that was launched
   * long before was merely started.
   */
  readonly startedAt?: number | undefined;
  /** ARN of who launched it, where somebody knows. A name that it is given may be made of it. */
  readonly launcher?: string | undefined;
}

/** An instance without an outcome yet, and why it has none. */
export type OpenInstance = InstanceToSettle &
  (
    | { readonly because: 'unread' }
    | { readonly because: 'missing' }
    | { readonly because: 'unreadable'; readonly detail: string }
    /** The role's guard denied the termination or the name, so the instance may have got its name meanwhile. */
    | { readonly because: 'denied'; readonly detail: string }
    /** It was asked for, and the answer was lost: EC2 may have done it. */
    | { readonly because: 'not-terminated'; readonly detail: string; readonly reason: TerminateReason }
    /** It was given this name, and EC2 has yet to show it; `detail` when the answer was lost. */
    | {
        readonly because: 'naming';
        readonly name: string;
        readonly reason: TerminateReason;
        readonly detail?: string;
      }
  );

/** What to do about an open instance. */
export type Step = Done | AskAgain | Act;
export type Done = { readonly do: 'record'; readonly outcome: Outcome };
export type AskAgain = { readonly do: 'ask-again'; readonly open: OpenInstance };
export type Act =
  | { readonly do: 'terminate'; readonly nameless: Nameless }
  /** Where its group does not launch it again. */
  | { readonly do: 'check-relaunches'; readonly nameless: OfGroup }
  | { readonly do: 'name'; readonly nameless: ToName };

/** A nameless instance, and why it is one. */
export type Nameless = InstanceToSettle & {
  readonly reason: TerminateReason;
  readonly group: ServiceGroup | undefined;
  readonly reservationId: string | undefined;
};

/** One that its group may launch again, with what is known of it from before. */
export type OfGroup = Nameless & { readonly group: ServiceGroup; readonly open: OpenInstance };

/** One that is given this name, perhaps once more: the answer of an earlier call may be lost. */
export type ToName = Nameless & { readonly name: string; readonly isAgain: boolean };

/**
 * EC2 shows a terminated instance for about this long, in milliseconds:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const TERMINATED_SHOWN_FOR = 60 * 60 * 1000;

/** Milliseconds from a launch to the instance running, at most. What was launched earlier was stopped in between. */
const LAUNCH_TAKES = 10 * 60 * 1000;

/** What to do now that EC2 was asked for an instance. */
export function afterReading(
  open: OpenInstance,
  reading: Reading,
  now: number,
  enforcement: Pick<Enforcement, 'mode' | 'serviceLaunchMode' | 'exemptTagKeys'>,
): Step {
  const instance = toSettle(open);
  switch (reading.kind) {
    case 'shown':
      return afterShown(open, reading.instance, now, enforcement);
    case 'missing':
      if (isLongAgo(open.launchedAt, now))
        return done({ instanceId: open.instanceId, outcome: 'already-gone', reason: 'not-found' });
      return askAgain({ ...instance, because: 'missing' });
    case 'unreadable': {
      const { transient, detail } = reading;
      if (!transient)
        return done({ instanceId: open.instanceId, outcome: 'failed', reason: 'unreadable', detail });
      const isUnderWay = open.because === 'not-terminated' || open.because === 'naming';
      return askAgain(isUnderWay ? open : { ...instance, because: 'unreadable', detail });
    }
    case 'out-of-time':
      return askAgain(open);
  }
}

function afterShown(
  open: OpenInstance,
  { state, tags, isManaged, firstLaunchedAt, reservationId, spotRequestId }: LiveInstance,
  now: number,
  {
    mode,
    serviceLaunchMode,
    exemptTagKeys,
  }: Pick<Enforcement, 'mode' | 'serviceLaunchMode' | 'exemptTagKeys'>,
): Step {
  const { instanceId, dueAt, startedAt, launcher } = open;
  const group = serviceGroupOf({ tags, spotRequestId });
  const about = { instanceId, ...(group !== undefined && { group }) };
  if (state === 'shutting-down' || state === 'terminated') {
    // What was asked for and is on its way down was this launch's kill, though its answer was lost.
    if (open.because === 'not-terminated')
      return done({ ...about, outcome: 'terminated', reason: open.reason });
    return done({ ...about, outcome: 'already-gone', reason: state });
  }
  if (isManaged) return done({ ...about, outcome: 'spared', reason: 'managed' });
  const { verdict, reason } = judge(tags, exemptTagKeys);
  if (verdict === 'spare') {
    // Another name than the one that was given is a person's, and stays.
    if (open.because === 'naming' && tags.some(({ key, value }) => key === 'Name' && value === open.name))
      return done({ ...about, outcome: 'named', reason: open.reason, name: open.name });
    return done({ ...about, outcome: 'spared', reason });
  }
  if (startedAt !== undefined) {
    if (firstLaunchedAt === undefined)
      return done({ ...about, outcome: 'failed', reason: 'unreadable', detail: noFirstLaunch });
    if (startedAt - firstLaunchedAt > LAUNCH_TAKES)
      return done({ ...about, outcome: 'spared', reason: 'not-a-launch' });
  }
  const then = group === undefined ? mode : serviceLaunchMode;
  if (dueAt !== undefined && now < dueAt)
    return done({ ...about, outcome: 'postponed', reason, dueAt, mode: then });
  if (then !== 'report' && open.because === 'denied')
    return done({ ...about, outcome: 'failed', reason: 'denied', detail: open.detail });
  const nameless: Nameless = { ...toSettle(open), reason, group, reservationId };
  switch (then) {
    case 'report':
      return done({ ...about, outcome: 'would-terminate', reason });
    case 'name': {
      // EC2 took it, and does not show it yet.
      if (open.because === 'naming' && open.detail === undefined) return askAgain(open);
      const name = nameFor({ instanceId, tags, group, launcher });
      return { do: 'name', nameless: { ...nameless, name, isAgain: open.because === 'naming' } };
    }
    case 'terminate':
      return group === undefined
        ? { do: 'terminate', nameless }
        : { do: 'check-relaunches', nameless: { ...nameless, group, open } };
  }
}

/** What to do now that EC2 was asked how many of the group ended lately. Not knowing is no reason to kill. */
export function afterRelaunchCheck(nameless: OfGroup, check: RelaunchCheck): Step {
  const { instanceId, group, open } = nameless;
  switch (check.kind) {
    case 'below-limit':
      return { do: 'terminate', nameless };
    case 'relaunched': {
      const ended = check.ended === 1 ? '1 nameless instance' : `${check.ended} nameless instances`;
      const detail = `${ended} of the ${describeGroup(group)} ended within about an hour`;
      return done({ instanceId, group, outcome: 'failed', reason: 'relaunched', detail });
    }
    case 'unreadable': {
      const { transient, detail } = check;
      if (!transient) return done({ instanceId, group, outcome: 'failed', reason: 'unreadable', detail });
      // What was asked for before may have been done.
      if (open.because === 'not-terminated') return askAgain(open);
      return askAgain({ ...toSettle(nameless), because: 'unreadable', detail });
    }
    case 'out-of-time':
      return askAgain(open);
  }
}

/** What to do now that EC2 was asked to terminate an instance. */
export function afterTermination(nameless: Nameless, termination: InstanceTermination): Done | AskAgain {
  const { reason } = nameless;
  const instance = toSettle(nameless);
  const about = aboutOf(nameless);
  switch (termination.kind) {
    case 'terminated':
      return done({ ...about, outcome: 'terminated', reason });
    case 'down-before':
      return done({ ...about, outcome: 'already-gone', reason: 'shutting-down' });
    case 'failed':
      return done({ ...about, outcome: 'failed', reason: termination.reason, detail: termination.detail });
    case 'unanswered':
      return askAgain({ ...instance, because: 'not-terminated', detail: termination.detail, reason });
    case 'denied':
      return askAgain({ ...instance, because: 'denied', detail: termination.detail });
    case 'not-found':
      return askAgain({ ...instance, because: 'missing' });
    case 'out-of-time':
      return askAgain({ ...instance, because: 'unread' });
  }
}

/** What to do now that EC2 was asked to name an instance: it is read again, since a person's name wins. */
export function afterNaming(nameless: ToName, naming: InstanceNaming): Done | AskAgain {
  const { name, reason, isAgain } = nameless;
  const instance = toSettle(nameless);
  switch (naming.kind) {
    case 'named':
      return askAgain({ ...instance, because: 'naming', name, reason });
    case 'unanswered':
      return askAgain({ ...instance, because: 'naming', name, reason, detail: naming.detail });
    case 'failed':
      return done({ ...aboutOf(nameless), outcome: 'failed', reason: naming.reason, detail: naming.detail });
    case 'denied':
      // By the name that an earlier call gave, or by a person's: the next reading tells.
      if (isAgain) return askAgain({ ...instance, because: 'naming', name, reason, detail: naming.detail });
      return askAgain({ ...instance, because: 'denied', detail: naming.detail });
    case 'not-found':
      return askAgain({ ...instance, because: 'missing' });
    case 'out-of-time':
      return askAgain({ ...instance, because: 'unread' });
  }
}

/** The time is up. What EC2 did not show, or did not answer, is told apart from what there was no time to settle. */
export function giveUp(open: OpenInstance): Outcome {
  const { instanceId } = open;
  switch (open.because) {
    case 'missing':
      return { instanceId, outcome: 'failed', reason: 'not-visible' };
    case 'unreadable':
    case 'not-terminated':
      return { instanceId, outcome: 'failed', reason: open.because, detail: open.detail };
    case 'naming': {
      const { detail = 'EC2 took the name, and does not show it' } = open;
      return { instanceId, outcome: 'failed', reason: 'not-named', detail };
    }
    case 'unread':
    case 'denied':
      return { instanceId, outcome: 'deferred', reason: 'out-of-time' };
  }
}

const noFirstLaunch =
  'Expected EC2 to show when a network interface was attached, which tells a launch from a start, got none';

/** Without what the last round left. */
function toSettle({
  instanceId,
  launchedAt,
  dueAt,
  startedAt,
  launcher,
}: InstanceToSettle): InstanceToSettle {
  return { instanceId, launchedAt, dueAt, startedAt, launcher };
}

function aboutOf({ instanceId, group }: Nameless): Pick<Outcome, 'instanceId' | 'group'> {
  return { instanceId, ...(group !== undefined && { group }) };
}

function done(outcome: Outcome): Done {
  return { do: 'record', outcome };
}

function askAgain(open: OpenInstance): AskAgain {
  return { do: 'ask-again', open };
}

/** Unknown is not long ago: then a missing instance stays missing, and fails loud. */
function isLongAgo(launchedAt: number | undefined, now: number): boolean {
  return launchedAt !== undefined && now - launchedAt > TERMINATED_SHOWN_FOR;
}
