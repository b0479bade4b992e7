import type { Command } from 'commander';
import { opsCommand, withContext } from '../command.ts';
import { counted } from '../counted.ts';
import { OpsError } from '../errors.ts';
import { addReportOptions, readReportFile, writeReport } from '../report/report-file.ts';
import { knownCauses } from './causes.ts';
import { isSettled, readCurrentState } from './current-state.ts';
import { discardCommand } from './discard-command.ts';
import type { Letter } from './letter.ts';
import { lettersReport } from './letters-report.ts';
import { printLetter } from './print-letter.ts';
import { letterDocument, printForeign, printLetters } from './print-letters.ts';
import { redriveCommand } from './redrive-command.ts';
import { addSelectionOptions, readSelection } from './selection.ts';
import { openSession, sortLetters, withSweep } from './session.ts';

/** `dead-letters`: what the enforcer could not settle, and what to do about it. */
export function deadLettersCommand(): Command {
  return opsCommand('dead-letters')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand())
    .addCommand(discardCommand())
    .addHelpText(
      'after',
      `
Causes that --cause takes, any one of a message's:
  ${knownCauses.join(', ')},
  and EventBridge's error code of an undelivered event, for example NO_PERMISSIONS

Reading a queue hides its messages from others; they are given back at the end, or, if the
command is killed, after half a minute. Nothing is lost.`,
    );
}

/** `dead-letters list`: every dead letter, with what its instances are now. */
function listCommand(): Command {
  return addReportOptions(addSelectionOptions(opsCommand('list')), ['table', 'html'])
    .description('what failed and why, with the state and name of each instance now')
    .action(
      withContext(async (context, command) => {
        const { output } = context;
        const selection = readSelection(command.opts());
        const reportFile = await readReportFile(command.opts(), output);
        const session = await openSession(context);
        const { selected, others, foreign } = await withSweep(context, session, async ({ letters }) =>
          sortLetters(letters(), selection),
        );
        const states = await readCurrentState(selected, session);
        if (output.json) {
          const documents = selected.map((letter) => letterDocument(letter, states.get(letter.messageId)));
          output.document({ deadLetters: documents, foreign: foreign.map((it) => letterDocument(it)) });
        } else {
          if (reportFile === undefined) printLetters(output, selected, states);
          printForeign(output, foreign);
          const settled = [...states.values()].filter(isSettled).length;
          output.line(
            `${counted(selected.length, 'dead letter')}, ${settled} of them settled by now; ${others} not selected; ${foreign.length} foreign.`,
          );
        }
        if (reportFile !== undefined) {
          await writeReport(reportFile, lettersReport(selected, states, foreign, others, Date.now()), output);
        }
        return selected.length + foreign.length > 0 ? 'found' : 'fine';
      }),
    );
}

/** `dead-letters show`: the whole of one dead letter. */
function showCommand(): Command {
  return opsCommand('show')
    .description('the whole of one: what happened when, who launched, why it failed, what to do')
    .argument('<message>', 'message id, or its beginning as the list shows it')
    .action(
      withContext(async (context, command) => {
        const { output } = context;
        const [wanted = ''] = command.args;
        const session = await openSession(context);
        const found = await withSweep(context, session, async ({ letters }) => find(letters(), wanted));
        if (found.kind === 'foreign') {
          if (output.json) output.document(letterDocument(found));
          else printForeign(output, [found]);
          return 'found';
        }
        const state = (await readCurrentState([found], session)).get(found.messageId);
        if (output.json) {
          output.document({ ...letterDocument(found, state), event: found.event });
        } else printLetter(output, found, state);
        return 'found';
      }),
    );
}

/** Reads on to the end for a beginning of an id, which may fit several. */
async function find(letters: AsyncIterable<Letter>, wanted: string): Promise<Letter> {
  const fitting: Letter[] = [];
  for await (const letter of letters) {
    if (letter.messageId === wanted) return letter;
    if (letter.messageId.startsWith(wanted)) fitting.push(letter);
  }
  const [first, second] = fitting;
  if (first === undefined) {
    throw new OpsError(
      `Found no message \`${wanted}\` in the dead-letter queue. See what is there with \`dead-letters list\`.`,
    );
  }
  if (second === undefined) return first;
  throw new OpsError(
    `Expected one message, found ${fitting.length} that begin with \`${wanted}\`. Give more of the id.`,
  );
}
