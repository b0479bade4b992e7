import type { Command } from 'commander';
import * as v from 'valibot';
import { createLogGroup } from '../aws/cloudwatch-logs.ts';
import { readCallerArn } from '../aws/sts-caller.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { counted } from '../counted.ts';
import { OpsError } from '../errors.ts';
import { readCurrentState } from './current-state.ts';
import { discard, discardStream } from './discard.ts';
import type { DeadLetter } from './letter.ts';
import { letterDocument, printForeign, printLetters } from './print-letters.ts';
import {
  addSelectionOptions,
  isEmpty,
  readSelection,
  refuseUnknownValues,
  type Selection,
} from './selection.ts';
import { alsoInto, openSession, sortByUse, withSweep, type Session } from './session.ts';

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
            'Expected --cause, --launcher, --instance, --message or another option to select what to discard, found none. Add one, or --all.',
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
  const streamName = discardStream();
  const log = createLogGroup(connection, LogGroupName);
  const all: DeadLetter[] = [];
  const { discarded, others, foreign } = await withSweep(context, session, async (sweep) =>
    discard(alsoInto(all, sweep.letters()), { selection, reason, discardedBy, sweep, log, streamName }),
  );
  if (output.json) {
    const documents = discarded.map((letter) => letterDocument(letter));
    output.document({ discarded: documents, reason, discardedBy, logGroup: LogGroupName, streamName });
  } else {
    printForeign(output, foreign);
    output.line(`Discarded ${counted(discarded.length, 'dead letter')}; ${others} not selected.`);
    if (discarded.length > 0) output.line(`Logged to ${LogGroupName}, stream ${streamName}.`);
  }
  refuseUnknownValues(selection, all);
  return 'fine';
}

async function showDiscard(
  context: CommandContext,
  session: Session,
  selection: Selection,
  reason: string,
): Promise<CommandResult> {
  const { output } = context;
  const sorted = await withSweep(context, session, async ({ letters }) => sortByUse(letters(), selection));
  const { all, selected, others, foreign } = sorted;
  const states = await readCurrentState(selected, session);
  if (output.json) {
    const documents = selected.map((letter) =>
      letterDocument(letter, states.get(letter.messageId), session.retention),
    );
    output.document({ wouldDiscard: documents, reason });
  } else {
    printLetters(output, selected, { states, home: session.home, retention: session.retention });
    printForeign(output, foreign);
    output.line(
      `Would discard ${counted(selected.length, 'dead letter')} for the reason ${JSON.stringify(reason)}; ${others} not selected. ` +
        (selected.length > 0 ? 'Nothing was done: add --yes to do it.' : 'There is nothing to do.'),
    );
  }
  refuseUnknownValues(selection, all);
  return selected.length > 0 ? 'found' : 'fine';
}
