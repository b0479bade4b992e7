import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import * as v from 'valibot';
import { createLogGroup } from '../aws/cloudwatch-logs.ts';
import { readCallerArn } from '../aws/sts-caller.ts';
import { opsCommand, withContext, type Finding } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { OpsError } from '../errors.ts';
import { counted } from '../counted.ts';
import { openDesk, withSweep, type Desk } from './desk.ts';
import { discard } from './discard.ts';
import { letterDocument } from './letter-document.ts';
import { printLetters, printStrangers } from './letter-table.ts';
import { addSelectionOptions, isEmpty, readSelection, type Selection } from './selection.ts';
import { sortLetters } from './sort-letters.ts';
import { readStandings } from './standings.ts';

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
        const desk = await openDesk(context);
        return yes
          ? runDiscard(context, desk, selection, reason)
          : showDiscard(context, desk, selection, reason);
      }),
    );
}

async function runDiscard(
  context: CommandContext,
  desk: Desk,
  selection: Selection,
  reason: string,
): Promise<Finding> {
  const { connection, output } = context;
  const { LogGroupName } = desk.stack.outputs;
  const discardedBy = await readCallerArn(connection);
  const streamName = `discarded/${new Date().toISOString().slice(0, 10)}/${randomUUID()}`;
  const log = createLogGroup(connection, LogGroupName);
  const { discarded, others, strangers } = await withSweep(context, desk, async (sweep) =>
    discard(sweep.letters(), { selection, reason, discardedBy, sweep, log, streamName }),
  );
  if (output.json) {
    const documents = discarded.map((letter) => letterDocument(letter));
    output.document({ discarded: documents, reason, discardedBy, logGroup: LogGroupName, streamName });
  } else {
    printStrangers(output, strangers);
    output.line(`Discarded ${counted(discarded.length, 'dead letter')}; ${others} not selected.`);
    if (discarded.length > 0) output.line(`Logged to ${LogGroupName}, stream ${streamName}.`);
  }
  return 'fine';
}

async function showDiscard(
  context: CommandContext,
  desk: Desk,
  selection: Selection,
  reason: string,
): Promise<Finding> {
  const { output } = context;
  const sorted = await withSweep(context, desk, async ({ letters }) => sortLetters(letters(), selection));
  const { selected, others, strangers } = sorted;
  const standings = await readStandings(selected, desk.fleet, desk.exemptTagKeys);
  if (output.json) {
    const documents = selected.map((letter) => letterDocument(letter, standings.get(letter.messageId)));
    output.document({ wouldDiscard: documents, reason });
  } else {
    printLetters(output, selected, standings);
    printStrangers(output, strangers);
    output.line(
      `Would discard ${counted(selected.length, 'dead letter')} for the reason ${JSON.stringify(reason)}; ${others} not selected. ` +
        (selected.length > 0 ? 'Nothing was done: add --yes to do it.' : 'There is nothing to do.'),
    );
  }
  return selected.length > 0 ? 'found' : 'fine';
}
