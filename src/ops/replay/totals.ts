import type { Finding, JudgedRecord } from './judge-record.ts';

/** Sums over the records that share one launcher, account, region or reason. */
export interface Tally {
  /** `RunInstances` records. */
  records: number;
  /** Instances by verdict; those of a record that does not list them are counted as the least there were. */
  terminate: number;
  spare: number;
  unknown: number;
  /** Records of calls that started no instance. */
  ignore: number;
}

/**
 * Different values that are kept apart in one table, so that memory stays flat whatever the logs hold. Those that
 * come after that many others are counted together, as `(others)`.
 */
const MOST_VALUES = 10_000;
/** Characters of a value. An ARN has fewer; a damaged record may have a million. */
const LONGEST_VALUE = 512;
const others = '(others)';
const unknown = '(unknown)';
const tooLong = '(too long)';

/** What `replay` adds up. */
export interface Totals {
  files: number;
  /** Records of any kind of call. */
  records: number;
  damagedFiles: number;
  damagedRecords: number;
  readonly all: Tally;
  readonly byLauncher: Map<string, Tally>;
  readonly byAccount: Map<string, Tally>;
  readonly byRegion: Map<string, Tally>;
  /** By verdict and reason, as `terminate: no-name-tag`. */
  readonly byReason: Map<string, Tally>;
  /** By day in UTC, as `2026-03-01`. */
  readonly byDay: Map<string, Tally>;
}

export function emptyTotals(): Totals {
  return {
    files: 0,
    records: 0,
    damagedFiles: 0,
    damagedRecords: 0,
    all: emptyTally(),
    byLauncher: new Map(),
    byAccount: new Map(),
    byRegion: new Map(),
    byReason: new Map(),
    byDay: new Map(),
  };
}

/** Adds a `RunInstances` record to the tallies. */
export function tally(totals: Totals, record: JudgedRecord): void {
  const { account = unknown, region = unknown, launcher = unknown, findings } = record;
  addTo(totals.all, findings);
  addTo(tallyOf(totals.byLauncher, launcherGroup(launcher)), findings);
  addTo(tallyOf(totals.byAccount, account), findings);
  addTo(tallyOf(totals.byRegion, region), findings);
  addTo(tallyOf(totals.byDay, dayOf(record)), findings);
  for (const finding of findings) {
    addTo(tallyOf(totals.byReason, `${finding.verdict}: ${finding.reason}`), [finding]);
  }
}

function dayOf({ eventTime = '' }: JudgedRecord): string {
  return /^\d{4}-\d\d-\d\d(?=T)/.exec(eventTime)?.[0] ?? unknown;
}

function emptyTally(): Tally {
  return { records: 0, terminate: 0, spare: 0, unknown: 0, ignore: 0 };
}

function tallyOf(tallies: Map<string, Tally>, value: string): Tally {
  const kept = value.length <= LONGEST_VALUE ? value : tooLong;
  const key = tallies.has(kept) || tallies.size < MOST_VALUES ? kept : others;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const added = emptyTally();
  tallies.set(key, added);
  return added;
}

function addTo(sum: Tally, findings: readonly Finding[]): void {
  sum.records += 1;
  for (const { verdict, instances } of findings) sum[verdict] += verdict === 'ignore' ? 1 : instances;
}

const assumedRole = /^(arn:[^:]*:sts::\d*:assumed-role\/[^/]+)\/.*$/s;

/**
 * What launches are added up by: the ARN of who launched, without the name of the session, which may be a new one for
 * every launch. `arn:aws:sts::111122223333:assumed-role/deploy/build-1234` counts as `.../assumed-role/deploy`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function launcherGroup(launcher: string): string {
  return launcher.replace(assumedRole, '$1');
}
