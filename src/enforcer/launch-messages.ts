import { writeDeadLetter } from './dead-letter.ts';
import { dueTime } from './enforce-launch.ts';
import type { Enforcement } from './enforcement.ts';
import type { LaunchSource } from './launch.ts';
import { leftOpen } from './left-open.ts';
import type { SettlementError } from './left-open.ts';
import type { OutgoingMessage } from './queue.ts';
import { postponedMessages, retryMessages, unsettledBodies } from './write-second-look.ts';
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
 * Says where the instances of a launch go that are not finished: each into one queue, or all back with the event. Where
 * some go into a queue, the event does not come back for the others: it would bring the former as well, for one more
 * message at each try.
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
  const { permanent, transient } = leftOpen(source, settlement);
  // The launch comes back as a whole, with what is postponed.
  if (transient?.retry.kind === 'whole') return { ...nothing, error: transient.error };
  const postponed = postponedMessages(settlement.outcomes, { source }, now);
  if (permanent === undefined && postponed.length === 0) return { ...nothing, error: transient?.error };
  const dueAt = dueTime(source.launchedAt, enforcement) ?? now;
  const again = transient === undefined ? [] : unsettledBodies(transient.retry.unsettled, { source, dueAt });
  const letter = { functionArn, condition: 'NotRetryable', payload: event, at: now } as const;
  return {
    postponed,
    retries: retryMessages(again, now, now),
    deadLetters: permanent === undefined ? [] : [writeDeadLetter({ ...letter, error: permanent })],
    error: undefined,
  };
}

const nothing = { postponed: [], retries: [], deadLetters: [] } as const;
