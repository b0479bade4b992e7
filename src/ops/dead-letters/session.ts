import { createMessageQueue, type MessageQueue } from '../aws/sqs-queue.ts';
import type { Home } from '../../enforcer/launch.ts';
import { homeOf } from '../../functions/home.ts';
import type { CommandContext } from '../command-context.ts';
import { OpsError } from '../errors.ts';
import { parseExemptTagKeys } from '../exempt-tag-keys.ts';
import { explainFailure } from '../explain-failure.ts';
import { startProgress } from '../progress.ts';
import { createReach, type Reach } from '../reach.ts';
import type { Stack } from '../stack.ts';
import { stackParts, type StackParts } from '../stack-parts.ts';
import { counted } from '../counted.ts';
import type { DeadLetter, ForeignMessage, Letter } from './letter.ts';
import { readLetter } from './read-letter.ts';
import { isSelected, type Selection } from './selection.ts';
import { createSweep, HIDDEN_FOR, type Sweep } from './sweep.ts';

/** What the work on dead letters needs of the stack. */
export interface Session {
  readonly stack: Stack;
  readonly parts: StackParts;
  readonly queue: MessageQueue;
  readonly reach: Reach;
  readonly exemptTagKeys: ReadonlySet<string>;
  /** The stack's own account and region. */
  readonly home: Home;
  /** Milliseconds from its launch that a nameless instance has to get its name. */
  readonly grace: number;
  /** Milliseconds that the queue keeps a message for; undefined when SQS does not tell. */
  readonly retention: number | undefined;
}

export async function openSession(context: CommandContext): Promise<Session> {
  const stack = await context.stack();
  const queue = createMessageQueue(context.connection, stack.outputs.DeadLetterQueueUrl);
  return {
    stack,
    parts: stackParts(stack),
    queue,
    reach: createReach(context, stack),
    exemptTagKeys: parseExemptTagKeys(stack.parameters['ExemptTagKeys'] ?? ''),
    home: homeOf(stack.outputs.FunctionArn),
    grace: Number(stack.parameters['GracePeriodMinutes'] ?? 0) * 60_000,
    retention: await queue.retention(),
  };
}

/** The messages as they come, and the sweep that holds them. */
export interface OpenSweep extends Sweep {
  readonly letters: () => AsyncGenerator<Letter>;
  readonly onTrouble: (error: unknown) => void;
  /** Whether Ctrl-C was pressed. */
  readonly isInterrupted: () => boolean;
}

/**
 * Works on the queue's messages and, whatever happens, gives back those that were not deleted. Ctrl-C ends it in
 * good order: what is begun is finished.
 *
 * @throws OpsError after an interruption
 */
export async function withSweep<T>(
  { output }: CommandContext,
  { queue, parts }: Session,
  work: (sweep: OpenSweep) => Promise<T>,
): Promise<T> {
  const { waiting, inFlight } = await queue.depth();
  if (inFlight > 0) {
    output.note(
      `Another reader, or one that was killed, holds about ${counted(inFlight, 'message')}; ` +
        `then they come back within ${HIDDEN_FOR} seconds.`,
    );
  }
  const onTrouble = (error: unknown): void => output.note(explainFailure(error) ?? String(error));
  const sweep = createSweep(queue, onTrouble);
  const progress = startProgress('{bar} {value} of about {total} messages', process.stderr.isTTY, waiting);
  const interrupted = new AbortController();
  const interrupt = (): void => {
    output.note('Finishing what is begun. Press Ctrl-C again to end at once; no message is lost.');
    interrupted.abort();
    sweep.stop();
  };
  for (const signal of signals) process.once(signal, interrupt);

  async function* letters(): AsyncGenerator<Letter> {
    let count = 0;
    for await (const message of sweep.messages()) {
      progress.update(++count);
      yield readLetter(message, parts);
    }
    progress.stop();
  }
  try {
    const result = await work({
      ...sweep,
      letters,
      onTrouble,
      isInterrupted: () => interrupted.signal.aborted,
    });
    if (interrupted.signal.aborted) throw new OpsError(await whatIsLeft(queue));
    return result;
  } finally {
    progress.stop();
    for (const signal of signals) process.off(signal, interrupt);
    await sweep.release();
  }
}

/** What a person who pressed Ctrl-C must know. What the sweep holds still is given back after this. */
async function whatIsLeft(queue: MessageQueue): Promise<string> {
  const { waiting, inFlight, delayed } = await queue.depth();
  return (
    `Interrupted: not all messages were looked at. About ${counted(waiting + inFlight + delayed, 'message')} ` +
    'are left in the queue, and none is lost. Run the command again to go on.'
  );
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The messages of a queue by what a command has to do with them. */
export interface SortedLetters {
  /** Every dead letter, selected or not. */
  readonly all: readonly DeadLetter[];
  readonly selected: readonly DeadLetter[];
  /** How many dead letters were not selected. */
  readonly others: number;
  readonly foreign: readonly ForeignMessage[];
}

/** Passes the letters on, and keeps those of this stack for a look at all of them in the end. */
export async function* alsoInto(all: DeadLetter[], letters: AsyncIterable<Letter>): AsyncGenerator<Letter> {
  for await (const letter of letters) {
    if (letter.kind === 'dead-letter') all.push(letter);
    yield letter;
  }
}

/** Reads all messages to the end. */
export async function sortByUse(
  letters: AsyncIterable<Letter>,
  selection: Selection,
): Promise<SortedLetters> {
  const all: DeadLetter[] = [];
  const foreign: ForeignMessage[] = [];
  for await (const letter of letters) {
    if (letter.kind === 'foreign') foreign.push(letter);
    else all.push(letter);
  }
  const now = Date.now();
  const selected = all.filter((letter) => isSelected(letter, selection, now));
  return { all, selected, others: all.length - selected.length, foreign };
}
