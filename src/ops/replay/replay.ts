import { readFailure } from '../aws/failure.ts';
import { isRunInstances, judgeRecord, type JudgedRecord } from './judge-record.ts';
import type { LaunchFilter } from './launch-filter.ts';
import { LogFileError } from './log-file-content.ts';
import type { LogFile } from './log-file.ts';
import { readRecords, type LogRecord } from './read-records.ts';
import { emptyTotals, tally, type Totals } from './totals.ts';

/** Told of everything in the order of the files. */
export interface ReplayReport {
  judged(position: Position, record: JudgedRecord): void;
  /** A record, or without a number a file, that was skipped. `problem` ends a sentence that begins with the position. */
  damaged(position: Partial<Position> & Pick<Position, 'file'>, problem: string): void;
  /** Some more records are done. Reading waits for it. */
  progress(file: string, totals: Totals): Promise<void>;
}

/** Where a record stands. */
interface Position {
  readonly file: string;
  /** Its number in the file, from 1. */
  readonly record: number;
}

export interface ReplayRules {
  readonly exemptTagKeys: ReadonlySet<string>;
  /** Launches that do not pass are neither reported nor counted. */
  readonly filter: LaunchFilter;
}

/**
 * Judges every `RunInstances` record of CloudTrail log files as the enforcer would have, by its launch tags. What
 * cannot be read is reported and skipped. It holds a few hundred records at a time, whatever the size of the files.
 *
 * @throws what no other file would fix: AWS unreachable, no credentials, or no permission for the first file
 */
export async function replay(
  files: AsyncIterable<LogFile>,
  { exemptTagKeys, filter }: ReplayRules,
  report: ReplayReport,
): Promise<Totals> {
  const totals = emptyTotals();
  for await (const { name, bytes } of files) {
    try {
      for await (const records of readRecords(bytes)) {
        for (const record of records) take(record, name);
        await report.progress(name, totals);
      }
    } catch (error) {
      const problem = fileProblem(error, totals.records === 0);
      if (problem === undefined) throw error;
      totals.damagedFiles++;
      report.damaged({ file: name }, problem);
    }
    totals.files++;
    await report.progress(name, totals);
  }
  return totals;

  function take(read: LogRecord, file: string): void {
    const position = { file, record: read.number };
    if (read.kind === 'damaged') return skip(position, read.problem);
    totals.records++;
    if (!isRunInstances(read.record)) return;
    const judged = judgeRecord(read.record, exemptTagKeys);
    if ('invalid' in judged)
      return skip(position, `is not what CloudTrail writes: see its ${judged.invalid}`);
    if (!filter.passes(judged)) return;
    tally(totals, judged);
    report.judged(position, judged);
  }

  function skip(position: Position, problem: string): void {
    totals.damagedRecords++;
    report.damaged(position, problem);
  }
}

/** What is wrong with one file; undefined when it is not the file's fault. */
function fileProblem(error: unknown, isFirst: boolean): string | undefined {
  if (error instanceof LogFileError) return error.message;
  const failure = readFailure(error);
  switch (failure?.kind) {
    case 'denied':
      return isFirst ? undefined : `may not be read (${failure.detail})`;
    case 'missing':
    case 'other':
      return `cannot be read (${failure.detail})`;
    case 'bad-credentials':
    case 'expired-credentials':
    case 'no-credentials':
    case 'no-region':
    case 'throttled':
    case 'unreachable':
      return undefined;
    case undefined:
      return error instanceof Error && 'syscall' in error ? `cannot be read (${error.message})` : undefined;
  }
}
