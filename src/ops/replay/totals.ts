import type { Finding, JudgedRecord } from './judge-record.ts';
import { launcherGroup } from './launcher-group.ts';

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
const others = '(others)';
const unknown = '(unknown)';

/** What `replay` adds up. */
export class Totals {
  files = 0;
  /** Records of any kind of call. */
  records = 0;
  damagedFiles = 0;
  damagedRecords = 0;
  readonly all: Tally = emptyTally();
  readonly byLauncher = new Map<string, Tally>();
  readonly byAccount = new Map<string, Tally>();
  readonly byRegion = new Map<string, Tally>();
  /** By verdict and reason, as `terminate: no-name-tag`. */
  readonly byReason = new Map<string, Tally>();

  add(record: JudgedRecord): void {
    const { account = unknown, region = unknown, findings } = record;
    addTo(this.all, findings);
    addTo(tallyOf(this.byLauncher, launcherGroup(record.launcher ?? unknown)), findings);
    addTo(tallyOf(this.byAccount, account), findings);
    addTo(tallyOf(this.byRegion, region), findings);
    for (const finding of findings) {
      addTo(tallyOf(this.byReason, `${finding.verdict}: ${finding.reason}`), [finding]);
    }
  }
}

function emptyTally(): Tally {
  return { records: 0, terminate: 0, spare: 0, unknown: 0, ignore: 0 };
}

function tallyOf(tallies: Map<string, Tally>, value: string): Tally {
  const key = tallies.has(value) || tallies.size < MOST_VALUES ? value : others;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const tally = emptyTally();
  tallies.set(key, tally);
  return tally;
}

function addTo(tally: Tally, findings: readonly Finding[]): void {
  tally.records += 1;
  for (const { verdict, instances } of findings) tally[verdict] += verdict === 'ignore' ? 1 : instances;
}
