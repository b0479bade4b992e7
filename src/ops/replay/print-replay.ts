import { once } from 'node:events';
import type { Output } from '../output.ts';
import { startProgress } from '../progress.ts';
import { style, type Style } from '../text-for-people.ts';
import type { Finding, JudgedRecord, ReplayVerdict } from './judge-record.ts';
import type { ReplayReport } from './replay.ts';

/** What of the launches is printed. */
export interface Printed {
  /** Launches with this verdict; without it all. */
  readonly only?: ReplayVerdict | undefined;
  readonly totalsOnly: boolean;
}

/** Lines are printed when they have so many characters, or the first of them is so old in milliseconds. */
const MOST_CHARACTERS = 64 * 1024;
const LONGEST_WAIT = 100;

export interface ReplayPrinter extends ReplayReport {
  /** Prints what is left, and ends the line that shows how far it is. */
  end(): Promise<void>;
  /** Ends that line, when the work broke off. */
  stop(): void;
}

/**
 * Prints what is found: one line for each finding, or one JSON object for each launch, and for programs one for what is
 * damaged. Reading waits until the reader of standard output has taken the lines: nothing piles up.
 *
 * @param started as `performance.now()` gave it when the work began
 */
export function printReplay(output: Output, started: number, { only, totalsOnly }: Printed): ReplayPrinter {
  const { json } = output;
  const progress = startProgress(
    '{value} records, {speed} records/s, {file}',
    // Two kinds of lines on one terminal would overwrite each other.
    process.stderr.isTTY && (totalsOnly || !process.stdout.isTTY),
  );
  let hasHead = json || totalsOnly;
  let lines: string[] = [];
  let characters = 0;
  let printedAt = performance.now();

  const add = (...texts: readonly string[]): void => {
    lines.push(...texts);
    for (const text of texts) characters += text.length;
  };
  const flush = async (): Promise<void> => {
    if (lines.length > 0) {
      if (!hasHead) output.line(verdictHead);
      hasHead = true;
      if (json) output.programLines(lines);
      else output.line(lines.join('\n'));
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    }
    [lines, characters, printedAt] = [[], 0, performance.now()];
  };

  return {
    judged(position, record) {
      if (totalsOnly) return;
      const findings = record.findings.filter(({ verdict }) => only === undefined || verdict === only);
      if (findings.length === 0) return;
      if (json) add(JSON.stringify({ kind: 'launch', ...position, ...record, findings }));
      else add(...verdictLines(record, findings));
    },

    damaged({ file, record }, problem) {
      if (json) add(JSON.stringify({ kind: 'damaged', file, record, problem }));
      else {
        progress.pause();
        output.note(`Skipped ${record === undefined ? file : `${file}, record ${record}`}: it ${problem}.`);
      }
    },

    async progress(file, { records }) {
      if (characters < MOST_CHARACTERS && performance.now() - printedAt < LONGEST_WAIT) return;
      await flush();
      const speed = Math.round(records / ((performance.now() - started) / 1000));
      progress.update(records, { file, speed: speed.toLocaleString('en') });
    },

    async end() {
      await flush();
      progress.stop();
    },

    stop: () => progress.stop(),
  };
}

/** Widths of the columns; the last one, the launcher, takes the rest of the line. */
const columns = [
  ['TIME', 20],
  ['ACCOUNT', 12],
  ['REGION', 14],
  ['VERDICT', 9],
  ['REASON', 22],
  ['INSTANCES', 24],
] as const;

const colour = {
  terminate: 'red',
  spare: 'green',
  unknown: 'yellow',
  ignore: 'dim',
} as const satisfies Record<Finding['verdict'], Style>;

/** The line above those of the records. */
const verdictHead = `${columns.map(([title, width]) => title.padEnd(width)).join('  ')}  LAUNCHER`;

/** One line for each finding of a record. Lines, since a table would have to wait for the last record. */
function verdictLines(record: JudgedRecord, findings: readonly Finding[]): string[] {
  const { eventTime = '-', account = '-', region = '-', launcher = '-', errorCode } = record;
  return findings.map((finding) => {
    const { verdict } = finding;
    const reason = verdict === 'ignore' ? (errorCode ?? finding.reason) : finding.reason;
    const cells = [eventTime, account, region, verdict, reason, describeInstances(finding)];
    const padded = cells.map((cell, index) => cell.padEnd(columns[index]?.[1] ?? 0));
    padded[3] = style(colour[verdict], padded[3] ?? '');
    return [...padded, launcher].join('  ');
  });
}

function describeInstances({ instanceIds: [first, ...others], instances }: Finding): string {
  if (first !== undefined) return others.length === 0 ? first : `${first} +${others.length}`;
  return instances === 0 ? 'none' : `${instances} or more`;
}
