import { counted } from '../counted.ts';
import type { Output } from '../output.ts';
import type { MembersRead } from './members-read.ts';
import type { Tally, Totals } from './totals.ts';

/** What it took. */
export interface Effort {
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** The process's largest resident set so far, in MB of 1,048,576 bytes. */
  readonly peakMemoryMb: number;
}

/** @param started as `performance.now()` gave it when the work began */
export function effortSince(started: number, records: number): Effort {
  const seconds = (performance.now() - started) / 1000;
  return {
    seconds: Number(seconds.toFixed(2)),
    recordsPerSecond: Math.round(records / seconds),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** The totals for a program: the last line of the output. */
export function totalsDocument(totals: Totals, effort: Effort, read?: MembersRead): object {
  return {
    kind: 'totals',
    files: totals.files,
    records: totals.records,
    damagedFiles: totals.damagedFiles,
    damagedRecords: totals.damagedRecords,
    launches: totals.all,
    byReason: Object.fromEntries(totals.byReason),
    byLauncher: Object.fromEntries(totals.byLauncher),
    byAccount: Object.fromEntries(totals.byAccount),
    byRegion: Object.fromEntries(totals.byRegion),
    byDay: Object.fromEntries(totals.byDay),
    ...(read !== undefined && {
      members: read.members.length,
      membersWithoutFiles: read.withoutFiles.map(({ account, region }) => ({ account, region })),
    }),
    ...effort,
  };
}

/** Rows of one table for people; programs get them all. */
const MOST_ROWS = 20;

/** The totals for people: tables of those with the most instances to terminate, and what it all comes to. */
export function printTotals({ line, table }: Output, totals: Totals, effort: Effort): void {
  const print = (title: string, tallies: ReadonlyMap<string, Tally>): void => {
    const rows = [...tallies].toSorted(byImportance).map(([value, tally]) => rowOf(value, tally));
    if (rows.length === 0) return;
    line();
    table([title, 'Records', 'Terminate', 'Spare', 'Unknown', 'Ignore'], rows.slice(0, MOST_ROWS));
    if (rows.length > MOST_ROWS) line(`and ${count(rows.length - MOST_ROWS)} more; --json has them all`);
  };
  print('Reason', totals.byReason);
  print('Region', totals.byRegion);
  print('Account', totals.byAccount);
  print('Launcher', totals.byLauncher);

  line();
  for (const sentence of sentences(totals, effort)) line(sentence);
}

function* sentences(
  { all, files, records, damagedFiles, damagedRecords }: Totals,
  effort: Effort,
): Generator<string> {
  yield (
    `${counted(all.records, 'RunInstances record')}, judged by launch tags: ` +
      `${counted(all.terminate, 'instance')} would be terminated, unless named since; ${counted(all.spare, 'instance')} spared.`
  );
  if (all.unknown > 0) {
    yield `${counted(all.unknown, 'instance')} at least are not listed in their record: the enforcer would have looked for them.`;
  }
  if (all.ignore > 0) yield `${counted(all.ignore, 'call')} started nothing.`;
  yield (
    `Read ${counted(records, 'record')} of ${counted(files, 'file')} in ${effort.seconds} s: ` +
      `${effort.recordsPerSecond.toLocaleString('en')} records/s, peak memory ${effort.peakMemoryMb} MB.`
  );
  if (damagedFiles + damagedRecords > 0) {
    yield `Skipped ${counted(damagedRecords, 'damaged record')} and ${counted(damagedFiles, 'damaged file')}, named above.`;
  }
}

function byImportance([, one]: [string, Tally], [, other]: [string, Tally]): number {
  return other.terminate - one.terminate || other.records - one.records;
}

function rowOf(value: string, { records, terminate, spare, unknown, ignore }: Tally): string[] {
  return [value, count(records), count(terminate), count(spare), count(unknown), count(ignore)];
}

function count(number: number): string {
  return number.toLocaleString('en');
}
