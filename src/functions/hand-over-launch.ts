import { systemClock } from './clock.ts';
import { writeDeadLetter } from '../enforcer/dead-letter.ts';
import type { InvalidEventError } from '../enforcer/errors.ts';
import { handOver, HandOverError } from '../enforcer/hand-over.ts';
import type { LaunchSource } from '../enforcer/launch.ts';
import { launchMessages } from '../enforcer/launch-messages.ts';
import { settlementError } from '../enforcer/left-open.ts';
import type { OutgoingMessage, Queue } from '../enforcer/queue.ts';
import { isRedrive } from './redrive.ts';
import type { Settlement } from '../enforcer/settlement.ts';
import { deadLetterQueue, grace, secondLookQueue } from './setup.ts';

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
  const messages = launchMessages(event, source, settlement, functionArn, { grace, clock: systemClock });
  // Without one there is no grace but under `sam local invoke`, where the answer alone matters.
  if (secondLookQueue !== undefined) await send(messages.postponed, secondLookQueue, end);
  if (deadLetterQueue === undefined || isRedrive(event)) {
    const error = settlementError(source, settlement);
    if (error !== undefined) throw error;
    return;
  }
  await send(messages.retries, secondLookQueue, end);
  await send(messages.deadLetters, deadLetterQueue, end);
  if (messages.error !== undefined) throw messages.error;
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
