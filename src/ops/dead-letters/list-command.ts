import { InvalidArgumentError, Option, type Command } from 'commander';
import * as v from 'valibot';
import { addReportOptions, readReportFile, writeReport } from '../report/report-file.ts';
import { addViewOptions, formats, withView } from '../view.ts';
import { opsCommand } from '../command.ts';
import { counted } from '../counted.ts';
import { OpsError } from '../errors.ts';
import { isSettled, readCurrentState } from './current-state.ts';
import { lettersCsv, summaryCsv } from './letters-csv.ts';
import { lettersReport } from './letters-report.ts';
import { sortLetters, sorts } from './letter-groups.ts';
import { letterDocument, printForeign, printLetters } from './print-letters.ts';
import { addSelectionOptions, readSelection, refuseUnknownValues } from './selection.ts';
import { openSession, sortByUse, withSweep, type Session, type SortedLetters } from './session.ts';
import { printSummary, summarize } from './summary.ts';
import type { Output } from '../output.ts';

const ListOptions = v.object({
  summary: v.optional(v.boolean(), false),
  each: v.optional(v.boolean(), false),
  sort: v.optional(v.picklist(sorts)),
  limit: v.optional(v.number()),
  format: v.optional(v.picklist(formats), 'table'),
});
type ListOptions = v.InferOutput<typeof ListOptions>;

/** `dead-letters list`: every dead letter, with what its instances are now. */
export function listCommand(): Command {
  return addReportOptions(addViewOptions(addSelectionOptions(opsCommand('list'))), formats)
    .description('what failed and why, with the state and name of each instance now')
    .addOption(
      new Option(
        '--summary',
        'only how many there are, by cause, launcher, account, region and age',
      ).conflicts('each'),
    )
    .option('--each', 'a row for each letter; without, those that failed alike are one row')
    .addOption(
      new Option('--sort <by>', 'the oldest first, the most first, or in order of the alphabet')
        .choices(sorts)
        .default('age'),
    )
    .option('--limit <number>', 'at most so many rows; of --summary, of each kind (10)', readLimit)
    .addHelpText(
      'after',
      `
Letters that failed alike, of one cause, launcher, account and region, are one row with their number,
on a terminal and in a pipe. JSON, CSV and HTML hold every letter, each by itself. Where account and region
are not told, they are the stack's own. "Expires in" is when SQS deletes the message.

Exit codes:
  0  nothing is there, or nothing that was asked for
  1  dead letters or foreign messages were found
  2  could not tell, or no letter has a value that was asked for: it may be mistyped`,
    )
    .action(
      withView(async (context, command, { isFirst }) => {
        const { output } = context;
        const selection = readSelection(command.opts());
        const options = v.parse(ListOptions, command.opts());
        const reportFile = await readReportFile(command.opts(), output);
        if (reportFile !== undefined && options.summary) {
          throw new OpsError('Expected --format html without --summary: the report has it, found both.');
        }
        const session = await openSession(context);
        const found = await withSweep(context, session, async ({ letters }) =>
          sortByUse(letters(), selection),
        );
        const { all, selected, foreign } = found;
        const format = output.json ? 'json' : options.format;
        const shown = { ...options, format, isFirst, reportFile };
        if (options.summary) showSummary(output, found, session, shown);
        else await showLetters(output, found, session, shown);
        refuseUnknownValues(selection, all);
        return selected.length + foreign.length > 0 ? 'found' : 'fine';
      }),
    );
}

interface Shown extends ListOptions {
  readonly isFirst: boolean;
  /** Of format `html` alone. */
  readonly reportFile: string | undefined;
}

async function showLetters(
  output: Output,
  { selected, others, foreign }: SortedLetters,
  session: Session,
  { sort, limit, each, format, isFirst, reportFile }: Shown,
): Promise<void> {
  const { home, retention } = session;
  const states = await readCurrentState(selected, session);
  const view = { states, home, retention, sort, limit, each };
  const letters = sortLetters(selected, sort).slice(0, limit);
  switch (format) {
    case 'json': {
      const documents = letters.map((it) => letterDocument(it, states.get(it.messageId), retention));
      output.document({ deadLetters: documents, foreign: foreign.map((it) => letterDocument(it)) });
      return;
    }
    case 'csv':
      printCsv(output, lettersCsv(letters, view, isFirst));
      printForeign(output, foreign);
      return;
    case 'table':
    case 'html': {
      if (format === 'table') printLetters(output, selected, view);
      printForeign(output, foreign);
      const settled = [...states.values()].filter(isSettled).length;
      output.line(
        `${counted(selected.length, 'dead letter')}, ${settled.toLocaleString('en')} of them settled by now; ` +
          `${others.toLocaleString('en')} not selected; ${foreign.length} foreign.`,
      );
      if (reportFile === undefined) return;
      const left = others + selected.length - letters.length;
      await writeReport(reportFile, lettersReport(letters, states, foreign, left, Date.now()), output);
    }
  }
}

function showSummary(
  output: Output,
  { selected, others, foreign }: SortedLetters,
  { home }: Session,
  { limit, format, isFirst }: Shown,
): void {
  const summary = summarize(selected, Date.now());
  switch (format) {
    case 'json':
      output.document({ summary, notSelected: others, foreign: foreign.length });
      return;
    case 'csv':
      printCsv(output, summaryCsv(summary, home.region, isFirst));
      return;
    case 'table':
    case 'html':
      printSummary(output, summary, limit);
      output.line(
        `${counted(selected.length, 'dead letter')}; ${others.toLocaleString('en')} not selected; ${foreign.length} foreign.`,
      );
  }
}

/** Without rows and head, of a further region, there is no line. */
function printCsv(output: Output, csv: string): void {
  if (csv !== '') output.programLines([csv.trimEnd()]);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new InvalidArgumentError('Expected a whole number from 1 on.');
}
