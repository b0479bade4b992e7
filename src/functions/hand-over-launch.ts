import { systemClock } from './clock.ts';
import { writeDeadLetter } from '../enforcer/dead-letter.ts';
import type { InvalidEventError } from '../enforcer/errors.ts';
import { handOver, HandOverError } from '../enforcer/hand-over.ts';
import type { LaunchSource } from '../enforcer/launch.ts';
import { leftOpen, settlementError } from '../enforcer/left-open.ts';
import type { OutgoingMessage, Queue } from '../enforcer/queue.ts';
import { isRedrive } from './redrive.ts';
import { postponedMessages, retryMessages } from '../enforcer/second-look-message.ts';
import type { Settlement } from '../enforcer/settlement.ts';
import { deadLetterQueue, secondLookQueue } from './setup.ts';

/**
 * Puts what is not finished of a launch where it is seen to: what has time left to get its name into the second-look
 * queue, what only a person can settle into the dead-letter queue.
 *
 * @param end by when it has ended, in epoch milliseconds
 * @throws what another try may settle, for Lambda to try again. Where there is no dead-letter queue, or somebody waits for
 *   the answer, it throws what only a person can settle as well
 */
export async function handOverLaunch(
  event: unknown,
  source: LaunchSource,
  settlement: Settlement,
  functionArn: string,
  end: number,
): Promise<void> {
  const at = systemClock.now();
  // Without one there is no grace but under `sam local invoke`, where the answer alone matters.
  if (secondLookQueue !== undefined)
    await send(postponedMessages(settlement.outcomes, { source }, at), secondLookQueue, end);
  if (deadLetterQueue === undefined || isRedrive(event)) {
    const error = settlementError(source, settlement);
    if (error !== undefined) throw error;
    return;
  }
  const { permanent, transient } = leftOpen(source, settlement);
  if (permanent === undefined) {
    if (transient !== undefined) throw transient.error;
    return;
  }
  // Thrown, the others would bring the permanent ones back, for one more dead letter at each try.
  if (transient !== undefined)
    await send(retryMessages(transient.retry, { source }, at, at), secondLookQueue, end);
  const letter = { functionArn, condition: 'NotRetryable', payload: event, error: permanent, at } as const;
  await send([writeDeadLetter(letter)], deadLetterQueue, end);
}

/** Puts an event of another form into the dead-letter queue; throws it where there is none, or somebody waits. */
export async function handOverInvalidEvent(
  event: unknown,
  error: InvalidEventError,
  functionArn: string,
  end: number,
): Promise<void> {
  if (deadLetterQueue === undefined || isRedrive(event)) throw error;
  const at = systemClock.now();
  const letter = { functionArn, condition: 'NotRetryable', payload: event, error, at } as const;
  await send([writeDeadLetter(letter)], deadLetterQueue, end);
}

async function send(
  messages: readonly OutgoingMessage[],
  queue: Queue | undefined,
  end: number,
): Promise<void> {
  const refused = await handOver(messages, queue, systemClock, end);
  const details = refused.filter((detail) => detail !== undefined);
  if (details.length > 0) throw new HandOverError(details);
}
