import type { Command } from 'commander';
import { opsCommand, withContext } from '../command.ts';
import { counted } from '../counted.ts';
import { sortLetters } from './sort-letters.ts';
import { openDesk, withSweep } from './desk.ts';
import { letterDocument } from './letter-document.ts';
import { printLetters, printStrangers } from './letter-table.ts';
import { addSelectionOptions, readSelection } from './selection.ts';
import { isSettled, readStandings } from './standings.ts';

/** `dead-letters list`: every dead letter, with its instances as they stand now. */
export function listCommand(): Command {
  return addSelectionOptions(opsCommand('list'))
    .description('what failed and why, with the state and name of each instance now')
    .action(
      withContext(async (context, command) => {
        const { output } = context;
        const selection = readSelection(command.opts());
        const desk = await openDesk(context);
        const { selected, others, strangers } = await withSweep(context, desk, async ({ letters }) =>
          sortLetters(letters(), selection),
        );
        const standings = await readStandings(selected, desk.fleet, desk.exemptTagKeys);
        if (output.json) {
          const documents = selected.map((letter) => letterDocument(letter, standings.get(letter.messageId)));
          output.document({ deadLetters: documents, strangers: strangers.map((it) => letterDocument(it)) });
        } else {
          printLetters(output, selected, standings);
          printStrangers(output, strangers);
          const settled = [...standings.values()].filter(isSettled).length;
          output.line(
            `${counted(selected.length, 'dead letter')}, ${settled} of them settled by now; ${others} not selected; ${strangers.length} of strangers.`,
          );
        }
        return selected.length + strangers.length > 0 ? 'found' : 'fine';
      }),
    );
}
