import type { Mode } from './enforcement.ts';
import type { InstanceId } from './launch.ts';
import type { TerminateReason } from './judge.ts';
import type { ServiceGroup } from './service-group.ts';

/** What happened to one instance, with the reason for it. */
export type Outcome =
  | (OfInstance & { readonly outcome: 'spared'; readonly reason: SparedReason })
  | (OfInstance & { readonly outcome: 'terminated'; readonly reason: TerminateReason })
  | (OfInstance & { readonly outcome: 'would-terminate'; readonly reason: TerminateReason })
  | (OfInstance & { readonly outcome: 'already-gone'; readonly reason: GoneReason })
  | Named
  | Postponed
  | Unsettled;

interface OfInstance {
  readonly instanceId: InstanceId;
  /** What launched it, where EC2 was asked and shows it. */
  readonly group?: ServiceGroup;
}

/** A nameless instance that was given a name, as mode `name` has it. */
export interface Named extends OfInstance {
  readonly outcome: 'named';
  readonly reason: TerminateReason;
  readonly name: string;
}

/** A nameless instance that has time to get its name. */
export interface Postponed extends OfInstance {
  readonly outcome: 'postponed';
  readonly reason: TerminateReason;
  /** When it is judged again, in epoch milliseconds. */
  readonly dueAt: number;
  /** What becomes of it then, if it has no name. */
  readonly mode: Mode;
}

/** An instance whose fate is open: the event must come again, or a person must look. */
export type Unsettled =
  | (OfInstance & { readonly outcome: 'deferred'; readonly reason: 'out-of-time' })
  | (OfInstance & {
      readonly outcome: 'failed';
      readonly reason: FailedReason;
      /** EC2's own words, where it said any: error code and message, at most 300 characters; or what it showed. */
      readonly detail?: string;
    });

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
 * - `not-named`: the call to name it failed, or EC2 did not confirm it
 * - `relaunched`: its group launches another one each time, so that it was left alone
 */
export type FailedReason =
  | 'not-visible'
  | 'unreadable'
  | 'protected'
  | 'denied'
  | 'refused'
  | 'relaunched'
  | 'not-terminated'
  | 'not-named';

/** Every outcome, for counting. */
export const outcomeKinds = [
  'spared',
  'terminated',
  'would-terminate',
  'named',
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
    case 'not-named':
    case 'out-of-time':
      return true;
    case 'protected':
    case 'denied':
    case 'refused':
    case 'relaunched':
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
  'relaunched',
  'not-terminated',
  'not-named',
] as const satisfies readonly Unsettled['reason'][];

export function isUnsettled(outcome: Outcome): outcome is Unsettled {
  return outcome.outcome === 'failed' || outcome.outcome === 'deferred';
}

export function isPostponed(outcome: Outcome): outcome is Postponed {
  return outcome.outcome === 'postponed';
}
