import type { Command } from 'commander';
import { opsCommand, withContext } from '../command.ts';
import { OpsError } from '../errors.ts';
import type { Letter } from './dead-letter.ts';
import { openDesk, withSweep } from './desk.ts';
import { letterDocument } from './letter-document.ts';
import { printStrangers } from './letter-table.ts';
import { printStory } from './letter-story.ts';
import { readStandings } from './standings.ts';

/** `dead-letters show`: the whole story of one dead letter. */
export function showCommand(): Command {
  return opsCommand('show')
    .description('the whole story of one: what happened when, who launched, why it failed, what to do')
    .argument('<message>', 'message id, or its beginning as the list shows it')
    .action(
      withContext(async (context, command) => {
        const { output } = context;
        const [wanted = ''] = command.args;
        const desk = await openDesk(context);
        const found = await withSweep(context, desk, async ({ letters }) => find(letters(), wanted));
        if (found.kind === 'stranger') {
          if (output.json) output.document(letterDocument(found));
          else printStrangers(output, [found]);
          return 'found';
        }
        const standings = (await readStandings([found], desk.fleet, desk.exemptTagKeys)).get(found.messageId);
        if (output.json) {
          output.document({ ...letterDocument(found, standings), event: found.event });
        } else printStory(output, found, standings);
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
