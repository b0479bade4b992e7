import { writeDeadLetter } from './dead-letter.ts';
import { dueTime } from './enforce-launch.ts';
import type { Enforcement } from './enforcement.ts';
import type { LaunchSource } from './launch.ts';
import { leftOpen } from './left-open.ts';
import type { SettlementError } from './left-open.ts';
import type { OutgoingMessage } from './queue.ts';
import { postponedMessages, retryMessages } from './second-look-message.ts';
import type { Settlement } from './settlement.ts';

/** What is to be sent for a launch that is not finished, and what is to be thrown after it. */
export interface LaunchMessages {
  /** For the second-look queue: what has time left to get its name. */
  readonly postponed: readonly OutgoingMessage[];
  /** For the second-look queue: what another try may settle. */
  readonly retries: readonly OutgoingMessage[];
  /** For the dead-letter queue: what only a person can settle. */
  readonly deadLetters: readonly OutgoingMessage[];
  /** To throw, so that the event comes again. */
  readonly error: SettlementError | undefined;
}

/**
 * Says where the instances of a launch go that are not finished: each into one queue, or back with the event. With some
 * for a person, the event does not come back for the others: it would bring the former as well, for one more dead letter
 * at each try.
 *
 * @param event the launch's own
 * @param functionArn ARN of the function that the event is for
 */
export function launchMessages(
  event: unknown,
  source: LaunchSource,
  settlement: Settlement,
  functionArn: string,
  enforcement: Pick<Enforcement, 'grace' | 'clock'>,
): LaunchMessages {
  const now = enforcement.clock.now();
  const postponed = postponedMessages(settlement.outcomes, { source }, now);
  const { permanent, transient } = leftOpen(source, settlement);
  if (permanent === undefined) return { postponed, retries: [], deadLetters: [], error: transient?.error };
  const dueAt = dueTime(source.launchedAt, enforcement);
  const letter = { functionArn, condition: 'NotRetryable', payload: event, error: permanent } as const;
  return {
    postponed,
    retries: transient === undefined ? [] : retryMessages(transient.retry, { source, dueAt }, now, now),
    deadLetters: [writeDeadLetter({ ...letter, at: now })],
    error: undefined,
  };
}
