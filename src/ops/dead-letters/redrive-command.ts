import { InvalidArgumentError, type Command } from 'commander';
import * as v from 'valibot';
import { createInvocableFunction } from '../aws/lambda-function.ts';
import { opsCommand, withContext, type Finding } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import type { Stack } from '../stack.ts';
import { counted } from '../counted.ts';
import { openDesk, withSweep, type Desk } from './desk.ts';
import { letterDocument } from './letter-document.ts';
import { printLetters, printStrangers } from './letter-table.ts';
import { redrive } from './redrive.ts';
import { printRedriven, redrivenDocument } from './redrive-report.ts';
import { addSelectionOptions, readSelection, type Selection } from './selection.ts';
import { sortLetters } from './sort-letters.ts';
import { readStandings } from './standings.ts';

const RedriveOptions = v.object({ yes: v.optional(v.boolean(), false), parallel: v.optional(v.number()) });

/** `dead-letters redrive`: invokes the function again with the original events. */
export function redriveCommand(): Command {
  return addSelectionOptions(opsCommand('redrive'))
    .description('invoke the function again with the original events, and delete what it settles')
    .option(
      '--parallel <number>',
      'invocations at a time (default: half of the reserved concurrency)',
      readParallel,
    )
    .option('--yes', 'do it; without, it only shows what it would do')
    .addHelpText(
      'after',
      `
Without a selection it takes every dead letter. A message is deleted only after the function has
settled its launch; when it fails for another reason, the message gets the new reason. It may be
interrupted at any point and run again: nothing is lost, and to settle a launch twice is safe.`,
    )
    .action(
      withContext(async (context, command) => {
        const { yes, parallel } = v.parse(RedriveOptions, command.opts());
        const selection = readSelection(command.opts());
        const desk = await openDesk(context);
        return yes
          ? runRedrive(context, desk, selection, parallel ?? halfOfConcurrency(desk.stack))
          : showRedrive(context, desk, selection);
      }),
    );
}

async function runRedrive(
  context: CommandContext,
  desk: Desk,
  selection: Selection,
  parallel: number,
): Promise<Finding> {
  const { output } = context;
  const { FunctionName, FunctionArn } = desk.stack.outputs;
  const target = createInvocableFunction(context.connection, FunctionName);
  const report = await withSweep(context, desk, async (sweep) => {
    const parts = { selection, parallel, sweep, queue: desk.queue, target, functionArn: FunctionArn };
    const done = await redrive(sweep.letters(), { ...parts, onTrouble: sweep.onTrouble });
    // Here, before an interruption is told: what was done must be seen.
    if (output.json) output.document(redrivenDocument(done));
    else {
      printRedriven(output, done);
      printStrangers(output, done.strangers);
    }
    return done;
  });
  if (report.stoppedBy !== undefined) throw report.stoppedBy;
  return report.redriven.every(({ result }) => result === 'settled') ? 'fine' : 'found';
}

async function showRedrive(context: CommandContext, desk: Desk, selection: Selection): Promise<Finding> {
  const { output } = context;
  const { stack, fleet, exemptTagKeys } = desk;
  const sorted = await withSweep(context, desk, async ({ letters }) => sortLetters(letters(), selection));
  const { selected, others, strangers } = sorted;
  const standings = await readStandings(selected, fleet, exemptTagKeys);
  if (output.json) {
    const documents = selected.map((letter) => letterDocument(letter, standings.get(letter.messageId)));
    output.document({ wouldRedrive: documents });
  } else {
    printLetters(output, selected, standings);
    printStrangers(output, strangers);
    const { FunctionName, Mode } = stack.outputs;
    output.line(
      `Would invoke ${FunctionName} (mode ${Mode}) with ${counted(selected.length, 'event')}; ${others} not selected. ` +
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
