import type { TerminateReason } from './judge.ts';
import type { InstanceId } from './launch.ts';
import type { Outcome } from './outcome.ts';
import type { ServiceGroup } from './service-group.ts';

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

/** Without what the last round left. */
export function toSettle({
  instanceId,
  launchedAt,
  dueAt,
  startedAt,
  launcher,
}: InstanceToSettle): InstanceToSettle {
  return { instanceId, launchedAt, dueAt, startedAt, launcher };
}

export function done(outcome: Outcome): Done {
  return { do: 'record', outcome };
}

export function askAgain(open: OpenInstance): AskAgain {
  return { do: 'ask-again', open };
}
