import pMap from 'p-map';
import { readFailure } from '../aws/failure.ts';
import type { InvocableFunction } from '../aws/lambda-function.ts';
import type { MessageQueue } from '../aws/sqs-queue.ts';
import { jsonOrText, writeRecord } from '../../enforcer/dead-letter.ts';
import type { Reach } from '../reach.ts';
import { sourceOf, type DeadLetter, type ForeignMessage, type Letter, type Recipient } from './letter.ts';
import { SINCE_ATTRIBUTE } from './read-letter.ts';
import { payloadFor, readInvocation } from './redriven.ts';
import type { Redriven } from './redriven.ts';
import { isSelected, type Selection } from './selection.ts';
import type { Sweep } from './sweep.ts';

export interface RedriveReport {
  readonly redriven: readonly Redriven[];
  readonly others: number;
  readonly foreign: readonly ForeignMessage[];
  /** What ended the redrive early: a call that would have failed for every other message as well. */
  readonly stoppedBy: Error | undefined;
}

export interface RedriveParts {
  readonly selection: Selection;
  /** Invocations at a time. */
  readonly parallel: number;
  readonly sweep: Pick<Sweep, 'delete' | 'stop'>;
  readonly queue: Pick<MessageQueue, 'send'>;
  /** What takes the letters again. */
  readonly targets: Readonly<Record<Recipient, RedriveTarget>>;
  readonly reach: Pick<Reach, 'settledIn'>;
  /** Told when a new reason could not be kept; then the message stays as it was. */
  readonly onTrouble: (error: unknown) => void;
}

const FOREIGN =
  'The stack does not act where it was launched: that is another account or region, or the event does not tell it.';

/** A function of the stack. */
export interface RedriveTarget extends InvocableFunction {
  readonly functionArn: string;
}

/**
 * Invokes the functions with the original event or message of every selected dead letter, and deletes a letter only after
 * all of it is settled, or waits in the second-look queue. Ended at any point, it loses nothing: at most `parallel`
 * letters were settled and not deleted, and to settle an instance twice is safe.
 */
export async function redrive(letters: AsyncIterable<Letter>, parts: RedriveParts): Promise<RedriveReport> {
  const { selection, parallel, sweep, queue, targets, reach, onTrouble } = parts;
  const redriven: Redriven[] = [];
  const foreign: ForeignMessage[] = [];
  let others = 0;
  let stoppedBy: Error | undefined;

  const redriveOne = async (letter: DeadLetter): Promise<Redriven> => {
    const untried = (reason: string): Redriven => ({ letter, result: 'untried', reason });
    if (letter.event === undefined) return untried('The event was left out; there is nothing to send.');
    const source = sourceOf(letter);
    if (source !== undefined && reach.settledIn(source) === undefined) return untried(FOREIGN);
    if (stoppedBy !== undefined) return untried('The redrive was ended.');
    const payload = payloadFor(letter, letter.event);
    if (payload === undefined) return untried('The event is no JSON object, so it cannot say that you wait.');
    const done = readInvocation(letter, await targets[letter.recipient].invoke(payload));
    if (done.result === 'settled') await sweep.delete(letter.messageId);
    return done;
  };
  await pMap(
    letters,
    async (letter) => {
      if (letter.kind === 'foreign') foreign.push(letter);
      else if (isSelected(letter, selection, Date.now())) {
        try {
          redriven.push(await redriveOne(letter));
        } catch (error) {
          stoppedBy ??= error instanceof Error ? error : new Error(String(error));
          sweep.stop();
          const reason = readFailure(error)?.detail ?? String(error);
          redriven.push({ letter, result: 'untried', reason });
        }
      } else others += 1;
    },
    { concurrency: parallel },
  );

  // At the end, when nothing is received any more: this run must not meet the messages that it sends.
  const failed = redriven.filter((one) => one.result === 'failed');
  const changed = failed.filter(({ letter, errorMessage }) => !sameFailure(letter, errorMessage));
  await pMap(
    changed,
    async ({ letter, ...failure }) => {
      try {
        const { body, attributes } = redrivenRecord(letter, failure, targets[letter.recipient].functionArn);
        await queue.send(body, attributes);
        await sweep.delete(letter.messageId);
      } catch (error) {
        onTrouble(error);
      }
    },
    { concurrency: parallel },
  );
  return { redriven, others, foreign, stoppedBy };
}

/** Whether a dead letter tells of this failure already. */
function sameFailure({ origin }: DeadLetter, errorMessage: string): boolean {
  return origin.from === 'function' && origin.errorMessage === errorMessage;
}

/**
 * The message to put in a dead letter's place when a redrive failed for another reason, with the time of the first failure
 * kept.
 */
function redrivenRecord(
  { event, origin, since }: DeadLetter,
  failure: { readonly errorType: string; readonly errorMessage: string },
  functionArn: string,
): { body: string; attributes: Record<string, string> } {
  const body = writeRecord({
    functionArn,
    condition: 'Redriven',
    invokeCount: (origin.from === 'function' ? (origin.invokeCount ?? 0) : 0) + 1,
    payload: event === undefined ? undefined : jsonOrText(event),
    errorType: failure.errorType,
    errorMessage: failure.errorMessage,
    at: Date.now(),
  });
  return {
    body,
    attributes: since === undefined ? {} : { [SINCE_ATTRIBUTE]: new Date(since).toISOString() },
  };
}
