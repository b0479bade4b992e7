import { InvalidArgumentError, type Command } from 'commander';
import * as v from 'valibot';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import type { Stack } from '../stack.ts';
import { counted } from '../counted.ts';
import { readCurrentState } from './current-state.ts';
import { forecastOf, forecastText } from './forecast.ts';
import type { DeadLetter } from './letter.ts';
import { letterDocument, printForeign, printLetters } from './print-letters.ts';
import { printRedriven, redrivenDocument } from './print-redriven.ts';
import { redrive } from './redrive.ts';
import { redriveTargets } from './redrive-targets.ts';
import { addSelectionOptions, readSelection, refuseUnknownValues, type Selection } from './selection.ts';
import { alsoInto, openSession, sortByUse, withSweep, type Session } from './session.ts';

const RedriveOptions = v.object({ yes: v.optional(v.boolean(), false), parallel: v.optional(v.number()) });

/** `dead-letters redrive`: invokes the functions again with the original events and messages. */
export function redriveCommand(): Command {
  return addSelectionOptions(opsCommand('redrive'))
    .description('invoke the functions again with the original events, and delete what they settle')
    .option(
      '--parallel <number>',
      'invocations at a time (default: half of the reserved concurrency)',
      readParallel,
    )
    .option('--yes', 'do it; without, it only shows what it would do')
    .addHelpText(
      'after',
      `
Without a selection it takes every dead letter. A message is deleted only after a function has
settled all of its instances, or has put what still has time to get its name into the second-look
queue. When it fails for another reason, the message gets the new reason. It may be interrupted at
any point and run again: nothing is lost, and to settle an instance twice is safe.`,
    )
    .action(
      withContext(async (context, command) => {
        const { yes, parallel } = v.parse(RedriveOptions, command.opts());
        const selection = readSelection(command.opts());
        const session = await openSession(context);
        return yes
          ? runRedrive(context, session, selection, parallel ?? halfOfConcurrency(session.stack))
          : showRedrive(context, session, selection);
      }),
    );
}

async function runRedrive(
  context: CommandContext,
  session: Session,
  selection: Selection,
  parallel: number,
): Promise<CommandResult> {
  const { output } = context;
  const targets = redriveTargets(context, session);
  const all: DeadLetter[] = [];
  const report = await withSweep(context, session, async (sweep) => {
    const parts = {
      selection,
      parallel,
      sweep,
      queue: session.queue,
      targets,
      reach: session.reach,
    };
    const letters = alsoInto(all, sweep.letters());
    const done = await redrive(letters, { ...parts, onTrouble: sweep.onTrouble });
    // Here, before an interruption is told: what was done must be seen.
    if (output.json) output.document(redrivenDocument(done));
    else {
      printRedriven(output, done, session.home);
      printForeign(output, done.foreign);
    }
    return done;
  });
  if (report.stoppedBy !== undefined) throw report.stoppedBy;
  refuseUnknownValues(selection, all);
  return report.redriven.every(({ result }) => result === 'settled') ? 'fine' : 'found';
}

async function showRedrive(
  context: CommandContext,
  session: Session,
  selection: Selection,
): Promise<CommandResult> {
  const { output } = context;
  const sorted = await withSweep(context, session, async ({ letters }) => sortByUse(letters(), selection));
  const { all, selected, others, foreign } = sorted;
  const { home, retention, parts, stack } = session;
  const states = await readCurrentState(selected, session);
  const forecast = forecastOf(selected, states);
  if (output.json) {
    const documents = selected.map((letter) =>
      letterDocument(letter, states.get(letter.messageId), retention),
    );
    output.document({ wouldRedrive: documents, forecast });
  } else {
    printLetters(output, selected, { states, home, retention });
    printForeign(output, foreign);
    const { launches, secondLook } = parts;
    const forSecondLook = selected.filter(({ recipient }) => recipient === 'second-look').length;
    const calls = [
      `${launches.functionName} with ${counted(selected.length - forSecondLook, 'event')}`,
      ...(forSecondLook > 0 ? [`${secondLook?.functionName} with ${counted(forSecondLook, 'message')}`] : []),
    ];
    if (selected.length > 0) output.line(forecastText(forecast, stack.outputs.Mode));
    output.line(
      `Would invoke ${calls.join(' and ')} (mode ${stack.outputs.Mode}); ${others.toLocaleString('en')} not selected. ` +
        (selected.length > 0 ? 'Nothing was done: add --yes to do it.' : 'There is nothing to do.'),
    );
  }
  refuseUnknownValues(selection, all);
  return selected.length > 0 ? 'found' : 'fine';
}

/** Half, so that launches of the same minute are not held up. */
function halfOfConcurrency({ parameters }: Stack): number {
  const reserved = Number(parameters['ReservedConcurrency']);
  return Number.isFinite(reserved) ? Math.max(1, Math.floor(reserved / 2)) : 5;
}

function readParallel(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 100) return number;
  throw new InvalidArgumentError('Expected a whole number from 1 to 100.');
}
