import { randomUUID } from 'node:crypto';
import type { LogGroup } from '../aws/cloudwatch-logs.ts';
import { instanceIdsOf, sourceOf } from './letter.ts';
import type { DeadLetter, ForeignMessage, Letter } from './letter.ts';
import { isSelected, type Selection } from './selection.ts';
import type { Sweep } from './sweep.ts';

export interface DiscardParts {
  readonly selection: Selection;
  readonly reason: string;
  /** ARN of who discards. */
  readonly discardedBy: string;
  readonly sweep: Pick<Sweep, 'delete'>;
  readonly log: Pick<LogGroup, 'createStream' | 'write'>;
  readonly streamName: string;
}

export interface DiscardReport {
  readonly discarded: readonly DeadLetter[];
  readonly others: number;
  readonly foreign: readonly ForeignMessage[];
}

/** A name for a new stream of the functions' log group, which takes the lines of one command. */
export function discardStream(): string {
  return `discarded/${new Date().toISOString().slice(0, 10)}/${randomUUID()}`;
}

/**
 * Deletes every selected dead letter without settling its launch. The line that says who did so and why is written
 * first: a message is never gone without it.
 */
export async function discard(letters: AsyncIterable<Letter>, parts: DiscardParts): Promise<DiscardReport> {
  const { selection, sweep, log, streamName } = parts;
  const discarded: DeadLetter[] = [];
  const foreign: ForeignMessage[] = [];
  let others = 0;
  for await (const letter of letters) {
    if (letter.kind === 'foreign') foreign.push(letter);
    else if (isSelected(letter, selection, Date.now())) {
      if (discarded.length === 0) await log.createStream(streamName);
      await log.write(streamName, [JSON.stringify(discardLine(letter, parts))]);
      await sweep.delete(letter.messageId);
      discarded.push(letter);
    } else others += 1;
  }
  return { discarded, others, foreign };
}

/** Fields named as in the function's own log lines, so that one query finds both. The event itself stays out. */
function discardLine(letter: DeadLetter, { reason, discardedBy }: DiscardParts) {
  const { messageId, since, causes, origin, contents } = letter;
  return {
    level: 'WARN',
    message: 'dead letter discarded',
    timestamp: new Date().toISOString(),
    service: 'ec2-name-tag-enforcer',
    reason,
    discardedBy,
    messageId,
    firstFailedAt: since === undefined ? undefined : new Date(since).toISOString(),
    causes,
    errorMessage: origin.errorMessage,
    ...sourceOf(letter),
    instanceIds: instanceIdsOf(contents),
  };
}
