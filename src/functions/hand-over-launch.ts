import { systemClock } from './clock.ts';
import { writeDeadLetter } from '../enforcer/dead-letter.ts';
import type { InvalidEventError } from '../enforcer/errors.ts';
import { handOver, HandOverError } from '../enforcer/hand-over.ts';
import type { LaunchSource } from '../enforcer/launch.ts';
import { launchMessages } from '../enforcer/launch-messages.ts';
import { settlementError } from '../enforcer/left-open.ts';
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
  const throwsOpen = deadLetterQueue === undefined || isRedrive(event);
  // Without one there is no grace but under `sam local invoke`, where the answer alone matters.
  const postponed = secondLookQueue === undefined ? [] : messages.postponed;
  // Both at once: a queue that refuses must not keep the other's messages back.
  const refused = await Promise.all([
    handOver([...postponed, ...(throwsOpen ? [] : messages.retries)], secondLookQueue, systemClock, end),
    handOver(throwsOpen ? [] : messages.deadLetters, deadLetterQueue, systemClock, end),
  ]);
  throwRefused(refused.flat());
  if (throwsOpen) {
    const error = settlementError(source, settlement);
    if (error !== undefined) throw error;
    return;
  }
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
  throwRefused(await handOver([writeDeadLetter(letter)], deadLetterQueue, systemClock, end));
}

function throwRefused(refused: readonly (string | undefined)[]): void {
  const details = refused.filter((detail) => detail !== undefined);
  if (details.length > 0) throw new HandOverError(details);
}
