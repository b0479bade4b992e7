import type { InstanceId, Launch, LaunchSource } from '../../enforcer/launch.ts';
import type { SecondLookMessage } from '../../enforcer/second-look-message.ts';

/** Characters of a message id that tell it apart; every command takes them for the whole. */
export const SHORT_ID = 8;

/** A message of the dead-letter queue: one that this stack put there, or a foreign one. */
export type Letter = DeadLetter | ForeignMessage;

/** An event that was not delivered or not settled, and why. */
export interface DeadLetter {
  readonly kind: 'dead-letter';
  readonly messageId: string;
  /** Epoch milliseconds of when it first came to the queue. */
  readonly since: number | undefined;
  /**
   * Epoch milliseconds of when SQS took the message; what keeps a launch for longer is a new message, with the same
   * `since`. SQS deletes a message that is older than the retention period of its queue, counted from then also when a
   * redrive policy moved it from another:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  readonly sentAt: number | undefined;
  /** How often the message was received, this time included. */
  readonly receiveCount: number;
  readonly origin: Origin;
  /** Which function is to try it again. */
  readonly recipient: Recipient;
  /** What it can be selected by: `protected`, `undelivered`, ... The first is the most general. */
  readonly causes: readonly string[];
  /**
   * What to try again, as text: the event of a launch, or the body of a message of the second-look queue. Undefined when
   * it was left out, since it and the error were too large together.
   */
  readonly event: string | undefined;
  readonly contents: Contents;
}

/** `launches`: the function `EnforceNameTag`, `second-look`: the function `SecondLook`. */
export type Recipient = 'launches' | 'second-look';

/** What put the message into the queue, with what it tells about the failure. */
export type Origin =
  /** A function itself, its OnFailure destination, or this tool after a redrive that failed in another way. */
  | {
      readonly from: 'function';
      /** For example `NotRetryable`, `RetriesExhausted` or `EventAgeExceeded`. */
      readonly condition: string;
      readonly invokeCount: number | undefined;
      readonly errorType: string | undefined;
      readonly errorMessage: string | undefined;
    }
  /** The rule could not deliver the event. */
  | {
      readonly from: 'rule';
      readonly errorCode: string;
      readonly errorMessage: string | undefined;
      readonly exhaustedCondition: string | undefined;
      readonly retryAttempts: string | undefined;
    }
  /** SQS, by the redrive policy of the second-look queue: it was handed out ten times, and never finished. */
  | { readonly from: 'second-look-queue'; readonly errorMessage: undefined }
  /** A dead-letter queue of the function itself, which the template does not have, but somebody may have added. */
  | {
      readonly from: 'function-dead-letter';
      readonly requestId: string;
      readonly errorCode: string;
      readonly errorMessage: string | undefined;
    };

/** What the original event or message tells. */
export type Contents =
  | Launch
  | Exclude<SecondLookMessage, { readonly kind: 'launch' }>
  | { readonly kind: 'invalid'; readonly problem: string }
  /** The event was too large for the queue, and was left out. */
  | { readonly kind: 'left-out' };

/** The instances that an event or message names. */
export function instanceIdsOf(contents: Contents): readonly InstanceId[] {
  switch (contents.kind) {
    case 'listed':
      return contents.instances.map(({ instanceId }) => instanceId);
    case 'started':
      return [contents.instanceId];
    case 'instances':
      return contents.instanceIds;
    case 'unlisted':
    case 'ignored':
    case 'invalid':
    case 'left-out':
      return [];
  }
}

/** Who launched, where and when, as far as the event or message tells. */
export function sourceOf({ contents }: DeadLetter): LaunchSource | undefined {
  return 'source' in contents ? contents.source : undefined;
}

/** A message that this stack did not put there. It is shown and never touched. */
export interface ForeignMessage {
  readonly kind: 'foreign';
  readonly messageId: string;
  readonly since: number | undefined;
  /** What it is not. */
  readonly because: string;
}
