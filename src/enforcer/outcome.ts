import type { InstanceId } from './launch.ts';
import type { TerminateReason } from './judge.ts';

/** What happened to one instance, with the reason for it. */
export type Outcome =
  | { readonly instanceId: InstanceId; readonly outcome: 'spared'; readonly reason: SparedReason }
  | { readonly instanceId: InstanceId; readonly outcome: 'terminated'; readonly reason: TerminateReason }
  | { readonly instanceId: InstanceId; readonly outcome: 'would-terminate'; readonly reason: TerminateReason }
  | { readonly instanceId: InstanceId; readonly outcome: 'already-gone'; readonly reason: GoneReason }
  | Postponed
  | Unsettled;

/** A nameless instance that has time to get its name. It is judged again at `dueAt`, in epoch milliseconds. */
export interface Postponed {
  readonly instanceId: InstanceId;
  readonly outcome: 'postponed';
  readonly reason: TerminateReason;
  readonly dueAt: number;
}

/** An instance whose fate is open: the event must come again, or a person must look. */
export type Unsettled =
  | { readonly instanceId: InstanceId; readonly outcome: 'deferred'; readonly reason: 'out-of-time' }
  | {
      readonly instanceId: InstanceId;
      readonly outcome: 'failed';
      readonly reason: FailedReason;
      /** EC2's own words, where it said any: error code and message, at most 300 characters. */
      readonly detail?: string;
    };

/**
 * - `named-at-launch`, `exempt-at-launch`: the launch tags show it, and EC2 was not asked
 * - `named`, `exempt`: the live tags show it
 * - `managed`: a service provider manages it, and alone may end it
 * - `not-a-launch`: it was started, and launched long before
 */
export type SparedReason =
  | 'named-at-launch'
  | 'exempt-at-launch'
  | 'named'
  | 'exempt'
  | 'managed'
  | 'not-a-launch';

/** The instance's state as EC2 shows it, or `not-found`: EC2 no longer shows an instance launched long ago. */
export type GoneReason = 'shutting-down' | 'terminated' | 'not-found';

/**
 * - `not-visible`: EC2 did not show the instance in the time there was, though it was launched lately
 * - `unreadable`: the live tags could not be read, so nothing was decided
 * - `protected`: termination protection is on, and stays on
 * - `denied`: the role may not terminate it, though it is still nameless
 * - `refused`: EC2 does not terminate this instance, for another reason of its own
 * - `not-terminated`: the call to terminate failed, or EC2 did not confirm it
 */
export type FailedReason =
  | 'not-visible'
  | 'unreadable'
  | 'protected'
  | 'denied'
  | 'refused'
  | 'not-terminated';

/** Every outcome, for counting. */
export const outcomeKinds = [
  'spared',
  'terminated',
  'would-terminate',
  'already-gone',
  'postponed',
  'deferred',
  'failed',
] as const satisfies readonly Outcome['outcome'][];

/** Whether another try at an instance may succeed by itself. Otherwise a person must do something first. */
export function isTransient(reason: Unsettled['reason']): boolean {
  switch (reason) {
    case 'not-visible':
    case 'unreadable':
    case 'not-terminated':
    case 'out-of-time':
      return true;
    case 'protected':
    case 'denied':
    case 'refused':
      return false;
  }
}

/** Every reason for which an instance is not settled, for choosing by it. */
export const unsettledReasons = [
  'out-of-time',
  'not-visible',
  'unreadable',
  'protected',
  'denied',
  'refused',
  'not-terminated',
] as const satisfies readonly Unsettled['reason'][];

export function isUnsettled(outcome: Outcome): outcome is Unsettled {
  return outcome.outcome === 'failed' || outcome.outcome === 'deferred';
}

export function isPostponed(outcome: Outcome): outcome is Postponed {
  return outcome.outcome === 'postponed';
}
