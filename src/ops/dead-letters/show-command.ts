import type { Command } from 'commander';
import { opsCommand, withContext } from '../command.ts';
import { OpsError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { readCurrentState } from './current-state.ts';
import { SHORT_ID, type Letter } from './letter.ts';
import { printLetter } from './print-letter.ts';
import { letterDocument, printForeign } from './print-letters.ts';
import { openSession, withSweep } from './session.ts';
import { stackTodo } from './stack-todo.ts';

/** `dead-letters show`: the whole of one dead letter. */
export function showCommand(): Command {
  return opsCommand('show')
    .description('the whole of one: what happened when, who launched, why it failed, what to do')
    .argument('<message>', 'message id, or its beginning as the list shows it')
    .addHelpText(
      'after',
      `
Exit codes:
  0  shown
  2  no such message, or more than one that begins so`,
    )
    .action(
      withContext(async (context, command) => {
        const { output } = context;
        const [wanted = ''] = command.args;
        const session = await openSession(context);
        const found = await withSweep(context, session, async ({ letters }) => find(letters(), wanted));
        if (found.kind === 'foreign') {
          if (output.json) output.document(letterDocument(found));
          else printForeign(output, [found]);
          return 'fine';
        }
        const state = (await readCurrentState([found], session)).get(found.messageId);
        const todo = stackTodo(context, session, found, state);
        if (output.json) {
          const document = letterDocument(found, state, session.retention);
          output.document({ ...document, event: found.event, todo });
        } else
          printLetter(output, found, {
            state,
            todo,
            retention: session.retention,
            queueUrl: session.stack.outputs.DeadLetterQueueUrl,
            home: session.home,
          });
        return 'fine';
      }),
    );
}

/** Reads on to the end for a beginning of an id, which may fit several. */
async function find(letters: AsyncIterable<Letter>, wanted: string): Promise<Letter> {
  const fitting: Letter[] = [];
  const others: string[] = [];
  for await (const letter of letters) {
    if (letter.messageId === wanted) return letter;
    if (letter.messageId.startsWith(wanted)) fitting.push(letter);
    else others.push(letter.messageId.slice(0, SHORT_ID));
  }
  const [first, second] = fitting;
  if (first === undefined) {
    throw new OpsError(
      `Found no message \`${wanted}\` in the dead-letter queue. ${didYouMean(wanted, others)} See what is there with \`dead-letters list\`.`,
    );
  }
  if (second === undefined) return first;
  throw new OpsError(
    `Expected one message, found ${fitting.length} that begin with \`${wanted}\`. Give more of the id.`,
  );
}
