import type { IgnoredReason, Launch } from '../../enforcer/launch.ts';

/** A message of the dead-letter queue: one that this stack put there, or a foreign one. */
export type Letter = DeadLetter | ForeignMessage;

/** An event that was not delivered or not settled, and why. */
export interface DeadLetter {
  readonly kind: 'dead-letter';
  readonly messageId: string;
  /** Epoch milliseconds of when it first came to the queue. */
  readonly since: number | undefined;
  /** How often the message was received, this time included. */
  readonly receiveCount: number;
  readonly origin: Origin;
  /** What it can be selected by: `protected`, `undelivered`, ... The first is the most general. */
  readonly causes: readonly string[];
  /** The original event as JSON text, to invoke the function with again; undefined when Lambda left it out. */
  readonly event: string | undefined;
  readonly contents: Contents;
}

/** What put the message into the queue, with what it tells about the failure. */
export type Origin =
  /** The function's OnFailure destination, or this tool after a redrive that failed in another way. */
  | {
      readonly from: 'function';
      /** For example `RetriesExhausted` or `EventAgeExceeded`. */
      readonly condition: string;
      readonly invokeCount: number | undefined;
      readonly errorType: string | undefined;
      readonly errorMessage: string | undefined;
    }
  /** The rule could not deliver the event to the function. */
  | {
      readonly from: 'rule';
      readonly errorCode: string;
      readonly errorMessage: string | undefined;
      readonly exhaustedCondition: string | undefined;
      readonly retryAttempts: string | undefined;
    }
  /** A dead-letter queue of the function itself, which the template does not have, but somebody may have added. */
  | {
      readonly from: 'function-dead-letter';
      readonly requestId: string;
      readonly errorCode: string;
      readonly errorMessage: string | undefined;
    };

/** What the original event tells. */
export type Contents =
  | Launch
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason }
  | { readonly kind: 'invalid'; readonly problem: string }
  /** The event was too large for the queue, and Lambda left it out. */
  | { readonly kind: 'left-out' };

/** A message that this stack did not put there. It is shown and never touched. */
export interface ForeignMessage {
  readonly kind: 'foreign';
  readonly messageId: string;
  readonly since: number | undefined;
  /** What it is not. */
  readonly because: string;
}
