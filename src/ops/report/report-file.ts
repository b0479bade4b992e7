import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Option, type Command } from 'commander';
import * as v from 'valibot';
import { OpsError } from '../errors.ts';
import type { Output } from '../output.ts';
import type { Report } from './report.ts';

/** Adds `--format`, with `html` among the formats, and `--output`. */
export function addReportOptions(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('table'))
    .option(
      '--output <file>',
      'with --format html: the file to write the report to, one page that needs no other',
    );
}

const ReportOptions = v.object({ format: v.string(), output: v.optional(v.string()) });

/**
 * The file to write a report to, seen to before any work is done; undefined when no report is asked for.
 *
 * @param options of a command with `addReportOptions`
 * @throws OpsError when the options do not fit each other, or there is no such folder
 */
export async function readReportFile(options: unknown, { json }: Output): Promise<string | undefined> {
  const { format, output } = v.parse(ReportOptions, options);
  if (format !== 'html') {
    if (output === undefined) return undefined;
    throw new OpsError(`Expected --output together with --format html, found --format ${format}.`);
  }
  if (json) throw new OpsError('Expected --format html or --json, found both.');
  if (!output) throw new OpsError('Expected --output FILE together with --format html, found none.');
  const folder = dirname(output);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return output;
  throw new OpsError(`Expected a folder that exists for --output ${output}, found no folder \`${folder}\`.`);
}

/**
 * Writes a report as one HTML page, and says so. A file of that name is replaced.
 *
 * @throws OpsError when the file cannot be written
 */
export async function writeReport(file: string, report: Report, output: Output): Promise<void> {
  // Plots and templates are loaded only where there is a page to make.
  const { renderPage } = await import('./page.ts');
  try {
    await writeFile(file, renderPage(report, new Date()));
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new OpsError(`Could not write the report to \`${file}\` (${error.message}).`, { cause: error });
  }
  output.line(`The report is in ${file}.`);
}
