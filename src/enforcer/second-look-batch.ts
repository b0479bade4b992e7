import { jsonOrText, writeDeadLetter } from './dead-letter.ts';
import type { DeadLetterParts } from './dead-letter.ts';
import type { Enforcement } from './enforcement.ts';
import { InvalidEventError } from './errors.ts';
import { leftOpen } from './left-open.ts';
import type { OutgoingMessage } from './queue.ts';
import { dueTimeOf, secondLook } from './second-look.ts';
import type { DueMessage, Look } from './second-look.ts';
import { readSecondLookMessage } from './second-look-message.ts';
import { postponedMessages, retryMessages, unsettledBodies, waiting } from './write-second-look.ts';

/** How long tries go on before a person is asked, in milliseconds. */
export const TRIED_FOR = 6 * 60 * 60 * 1000;

/** A message as it came from the second-look queue. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  /** Since when the tries at it have failed, in epoch milliseconds. */
  readonly failingSince?: number | undefined;
}

/** A message that a queue must have taken before the one that it comes from may be deleted. */
export interface Outgoing {
  readonly messageId: string;
  readonly message: OutgoingMessage;
}

/** What came of a batch, and what is to be sent for it. */
export interface BatchResult {
  readonly looks: readonly Look[];
  readonly invalid: readonly InvalidEventError[];
  /** Why messages ask for nothing. */
  readonly ignored: readonly string[];
  /** For the second-look queue: what is not due yet and was not looked at, as it came. */
  readonly notDue: readonly Outgoing[];
  /** For the second-look queue: what has time left to get its name. */
  readonly postponed: readonly Outgoing[];
  /** For the second-look queue: what another try may settle. */
  readonly retries: readonly Outgoing[];
  /** For the dead-letter queue: what only a person can settle, or what was tried for six hours. */
  readonly deadLetters: readonly Outgoing[];
}

/**
 * Looks at what the messages of a batch tell of, all together, and says where each goes. A message that cannot be read, or
 * whose instances cannot be settled, holds up no other.
 *
 * @param functionArn ARN of the function that the messages are for
 */
export async function lookAtBatch(
  received: readonly ReceivedMessage[],
  enforcement: Enforcement,
  functionArn: string,
): Promise<BatchResult> {
  const { clock } = enforcement;
  const now = clock.now();
  const due: (DueMessage & { readonly received: ReceivedMessage })[] = [];
  const invalid: InvalidEventError[] = [];
  const ignored: string[] = [];
  const notDue: Outgoing[] = [];
  const deadLetters: Outgoing[] = [];
  const putAside = ({ messageId }: ReceivedMessage, parts: Omit<DeadLetterParts, 'at'>): void => {
    deadLetters.push({ messageId, message: writeDeadLetter({ ...parts, at: clock.now() }) });
  };
  for (const one of received) {
    const { messageId, body } = one;
    const message = read(body, now);
    if (message instanceof InvalidEventError) {
      invalid.push(message);
      putAside(one, {
        functionArn,
        condition: 'NotRetryable',
        payload: jsonOrText(one.body),
        error: message,
      });
    } else if (message.kind === 'ignored') {
      ignored.push(message.reason);
    } else if (message.kind === 'instances' && message.dueAt > now && one.failingSince === undefined) {
      notDue.push({ messageId, message: waiting({ body }, message.dueAt, now) });
    } else {
      due.push({ ...message, received: one });
    }
  }

  const looks = await secondLook(due, enforcement);
  const settledAt = clock.now();
  const postponed: Outgoing[] = [];
  const retries: Outgoing[] = [];
  for (const { message, source, settlement } of looks) {
    const { received: one } = message;
    const { messageId } = one;
    const about = { source, startedAt: message.kind === 'launch' ? undefined : message.startedAt };
    const toQueue = (messages: readonly OutgoingMessage[]): Outgoing[] =>
      messages.map((outgoing) => ({ messageId, message: outgoing }));
    // What to invoke, and with what, to try it again.
    const origin =
      message.kind === 'launch'
        ? { functionArn: message.functionArn, payload: message.event }
        : { functionArn, payload: jsonOrText(one.body) };

    const { permanent, transient } = leftOpen(source, settlement);
    if (permanent !== undefined) putAside(one, { ...origin, condition: 'NotRetryable', error: permanent });
    const { failingSince = settledAt } = one;
    const triesOn = transient !== undefined && settledAt - failingSince < TRIED_FOR;
    // A launch that is tried again as a whole brings what is postponed back.
    if (!(triesOn && transient.retry.kind === 'whole'))
      postponed.push(...toQueue(postponedMessages(settlement.outcomes, about, settledAt)));
    if (transient === undefined) continue;
    if (triesOn) {
      const { retry } = transient;
      const dueAt = dueTimeOf(message, enforcement) ?? settledAt;
      const bodies =
        retry.kind === 'whole' ? [one.body] : unsettledBodies(retry.unsettled, { ...about, dueAt });
      retries.push(...toQueue(retryMessages(bodies, failingSince, settledAt)));
    } else putAside(one, { ...origin, condition: 'RetriesExhausted', error: transient.error });
  }
  return { looks, invalid, ignored, notDue, postponed, retries, deadLetters };
}

function read(body: string, now: number): ReturnType<typeof readSecondLookMessage> | InvalidEventError {
  try {
    return readSecondLookMessage(body, now);
  } catch (error) {
    if (error instanceof InvalidEventError) return error;
    throw error;
  }
}
