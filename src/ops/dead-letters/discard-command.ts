import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import * as v from 'valibot';
import { createLogGroup, type LogGroup } from '../aws/cloudwatch-logs.ts';
import { readCallerArn } from '../aws/sts-caller.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { counted } from '../counted.ts';
import { OpsError } from '../errors.ts';
import { readCurrentState } from './current-state.ts';
import { instanceIdsOf } from './letter.ts';
import type { DeadLetter, ForeignMessage, Letter } from './letter.ts';
import { letterDocument, printForeign, printLetters } from './print-letters.ts';
import { addSelectionOptions, isEmpty, isSelected, readSelection, type Selection } from './selection.ts';
import { openSession, sortLetters, withSweep, type Session } from './session.ts';
import type { Sweep } from './sweep.ts';

const DiscardOptions = v.object({
  yes: v.optional(v.boolean(), false),
  all: v.optional(v.boolean(), false),
  reason: v.string(),
});

/** `dead-letters discard`: deletes dead letters that need no settling, for a reason that is logged. */
export function discardCommand(): Command {
  return addSelectionOptions(opsCommand('discard'))
    .description('delete dead letters for good, for a reason that is logged with your name')
    .requiredOption('--reason <text>', 'why its launch needs no settling; it is logged')
    .option('--all', 'all of them; needed when nothing else selects')
    .option('--yes', 'do it; without, it only shows what it would do')
    .addHelpText(
      'after',
      `
The function's log group gets one line a message, "dead letter discarded", with your ARN, the
reason, the launch and its instances. It is written before the message is deleted.`,
    )
    .action(
      withContext(async (context, command) => {
        const { yes, all, reason } = v.parse(DiscardOptions, command.opts());
        const selection = readSelection(command.opts());
        if (reason.trim() === '') {
          throw new OpsError('Expected --reason to say why, found an empty text.');
        }
        if (isEmpty(selection) && !all) {
          throw new OpsError(
            'Expected --cause, --older-than, --instance or --message to select what to discard, found none. Add one, or --all.',
          );
        }
        const session = await openSession(context);
        return yes
          ? runDiscard(context, session, selection, reason)
          : showDiscard(context, session, selection, reason);
      }),
    );
}

async function runDiscard(
  context: CommandContext,
  session: Session,
  selection: Selection,
  reason: string,
): Promise<CommandResult> {
  const { connection, output } = context;
  const { LogGroupName } = session.stack.outputs;
  const discardedBy = await readCallerArn(connection);
  const streamName = `discarded/${new Date().toISOString().slice(0, 10)}/${randomUUID()}`;
  const log = createLogGroup(connection, LogGroupName);
  const { discarded, others, foreign } = await withSweep(context, session, async (sweep) =>
    discard(sweep.letters(), { selection, reason, discardedBy, sweep, log, streamName }),
  );
  if (output.json) {
    const documents = discarded.map((letter) => letterDocument(letter));
    output.document({ discarded: documents, reason, discardedBy, logGroup: LogGroupName, streamName });
  } else {
    printForeign(output, foreign);
    output.line(`Discarded ${counted(discarded.length, 'dead letter')}; ${others} not selected.`);
    if (discarded.length > 0) output.line(`Logged to ${LogGroupName}, stream ${streamName}.`);
  }
  return 'fine';
}

async function showDiscard(
  context: CommandContext,
  session: Session,
  selection: Selection,
  reason: string,
): Promise<CommandResult> {
  const { output } = context;
  const sorted = await withSweep(context, session, async ({ letters }) => sortLetters(letters(), selection));
  const { selected, others, foreign } = sorted;
  const states = await readCurrentState(selected, session);
  if (output.json) {
    const documents = selected.map((letter) => letterDocument(letter, states.get(letter.messageId)));
    output.document({ wouldDiscard: documents, reason });
  } else {
    printLetters(output, selected, states);
    printForeign(output, foreign);
    output.line(
      `Would discard ${counted(selected.length, 'dead letter')} for the reason ${JSON.stringify(reason)}; ${others} not selected. ` +
        (selected.length > 0 ? 'Nothing was done: add --yes to do it.' : 'There is nothing to do.'),
    );
  }
  return selected.length > 0 ? 'found' : 'fine';
}

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
    ...('source' in contents ? contents.source : {}),
    instanceIds: instanceIdsOf(contents),
  };
}
