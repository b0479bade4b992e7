import { InvalidArgumentError, type Command } from 'commander';
import * as v from 'valibot';
import { createInvocableFunction } from '../aws/lambda-function.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import type { Stack } from '../stack.ts';
import type { FunctionParts } from '../stack-parts.ts';
import { counted } from '../counted.ts';
import type { Output } from '../output.ts';
import { style } from '../text-for-people.ts';
import { readCurrentState } from './current-state.ts';
import { launcherCell, letterDocument, printForeign, printLetters, SHORT_ID } from './print-letters.ts';
import { redrive, type Redriven, type RedriveReport, type RedriveTarget } from './redrive.ts';
import { addSelectionOptions, readSelection, type Selection } from './selection.ts';
import { openSession, sortLetters, withSweep, type Session } from './session.ts';

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
  const { launches, secondLook = launches } = session.parts;
  const target = ({ functionName, functionArn }: FunctionParts): RedriveTarget => ({
    ...createInvocableFunction(context.connection, functionName),
    functionArn,
  });
  // Without a second look, no letter is for it.
  const targets = { launches: target(launches), 'second-look': target(secondLook) };
  const report = await withSweep(context, session, async (sweep) => {
    const parts = {
      selection,
      parallel,
      sweep,
      queue: session.queue,
      targets,
      home: session.home,
    };
    const done = await redrive(sweep.letters(), { ...parts, onTrouble: sweep.onTrouble });
    // Here, before an interruption is told: what was done must be seen.
    if (output.json) output.document(redrivenDocument(done));
    else {
      printRedriven(output, done);
      printForeign(output, done.foreign);
    }
    return done;
  });
  if (report.stoppedBy !== undefined) throw report.stoppedBy;
  return report.redriven.every(({ result }) => result === 'settled') ? 'fine' : 'found';
}

async function showRedrive(
  context: CommandContext,
  session: Session,
  selection: Selection,
): Promise<CommandResult> {
  const { output } = context;
  const sorted = await withSweep(context, session, async ({ letters }) => sortLetters(letters(), selection));
  const { selected, others, foreign } = sorted;
  const states = await readCurrentState(selected, session);
  if (output.json) {
    const documents = selected.map((letter) => letterDocument(letter, states.get(letter.messageId)));
    output.document({ wouldRedrive: documents });
  } else {
    printLetters(output, selected, states);
    printForeign(output, foreign);
    const { launches, secondLook } = session.parts;
    const forSecondLook = selected.filter(({ recipient }) => recipient === 'second-look').length;
    const calls = [
      `${launches.functionName} with ${counted(selected.length - forSecondLook, 'event')}`,
      ...(forSecondLook > 0 ? [`${secondLook?.functionName} with ${counted(forSecondLook, 'message')}`] : []),
    ];
    output.line(
      `Would invoke ${calls.join(' and ')} (mode ${session.stack.outputs.Mode}); ${others} not selected. ` +
        (selected.length > 0 ? 'Nothing was done: add --yes to do it.' : 'There is nothing to do.'),
    );
  }
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

/** One row for every message that stays, and the counts of all. */
function printRedriven(output: Output, { redriven, others }: RedriveReport): void {
  const kept = redriven.filter(({ result }) => result !== 'settled');
  const rows = kept.map((one) => [
    one.letter.messageId.slice(0, SHORT_ID),
    launcherCell(one.letter),
    `${style('yellow', one.result)}\n${reasonOf(one)}`,
  ]);
  if (rows.length > 0) output.table(['Message', 'Launcher, account, region', 'Kept in the queue'], rows);

  const outcomes = redriven.flatMap((one) => ('outcomes' in one ? one.outcomes : []));
  const counts = Map.groupBy(outcomes, ({ outcome }) => outcome);
  const instances = Array.from(counts, ([outcome, { length }]) => `${length} ${outcome}`).join(', ');
  output.line(
    `${(redriven.length - kept.length).toLocaleString('en')} of ${counted(redriven.length, 'dead letter')} settled and deleted` +
      `${instances === '' ? '' : ` (instances: ${instances})`}; ${kept.length} kept; ${others} not selected.`,
  );
  const waiting = redriven.filter((one) => one.result === 'settled' && one.waits).length;
  if (waiting > 0) {
    output.line(
      `${waiting.toLocaleString('en')} of these left instances that still have time to get a name. They wait in the ` +
        'second-look queue, and are judged again when it is over: see `second-look list`.',
    );
  }
}

/** The report for programs. */
function redrivenDocument({ redriven, others, foreign }: RedriveReport) {
  return {
    redriven: redriven.map(({ letter, ...rest }) =>
      Object.assign({ messageId: letter.messageId, causesBefore: letter.causes }, rest),
    ),
    notSelected: others,
    foreign: foreign.map((it) => letterDocument(it)),
  };
}

/** At most six lines: a launch may have a thousand instances. */
function reasonOf(one: Redriven): string {
  switch (one.result) {
    case 'settled':
      return '';
    case 'reported':
      return wrap(
        `The function is in report mode: ${one.outcomes.filter(({ outcome }) => outcome === 'would-terminate').length} of its instances would have been terminated.`,
      );
    case 'untried':
      return wrap(one.reason);
    case 'failed': {
      const lines = one.errorMessage.split('\n');
      const shown = lines.slice(0, 6).map(wrap).join('\n');
      return lines.length > 6 ? `${shown}\nand ${lines.length - 6} lines more` : shown;
    }
  }
}

function wrap(text: string): string {
  return text.replaceAll(/(.{1,80})(?:\s+|$)/g, '$1\n').trimEnd();
}
