import { once } from 'node:events';
import type { Output } from '../output.ts';
import { startProgress } from '../progress.ts';
import type { Finding } from './judge-record.ts';
import type { ReplayReport } from './replay.ts';
import { verdictHead, verdictLines } from './verdict-lines.ts';

/** What of the launches is printed. */
export interface Selection {
  /** Launches with this verdict; without it all. */
  readonly only?: Finding['verdict'] | undefined;
  readonly totalsOnly: boolean;
}

export interface PrintedReport extends ReplayReport {
  /** Ends the line that shows how far it is. */
  stop(): void;
}

/**
 * Prints as the records come: one line for each finding, or one JSON object for each launch. It waits for a slow
 * reader, so that nothing piles up here.
 */
export function printReport(output: Output, { only, totalsOnly }: Selection): PrintedReport {
  const started = performance.now();
  const progress = startProgress(
    '{value} records, {speed} records/s, {file}',
    // Two kinds of lines on one terminal would overwrite each other.
    process.stderr.isTTY && (totalsOnly || !process.stdout.isTTY),
  );
  let lines: string[] = [];
  if (!output.json && !totalsOnly) lines.push(verdictHead);

  return {
    judged(place, record) {
      if (totalsOnly) return;
      const findings = record.findings.filter(({ verdict }) => only === undefined || verdict === only);
      if (findings.length === 0) return;
      if (output.json) lines.push(JSON.stringify({ kind: 'launch', ...place, ...record, findings }));
      else lines.push(...verdictLines(record, findings));
    },

    damaged({ file, record }, problem) {
      if (output.json) lines.push(JSON.stringify({ kind: 'damaged', file, record, problem }));
      else
        output.note(`Skipped ${record === undefined ? file : `${file}, record ${record}`}: it ${problem}.`);
    },

    async progress(file, { records }) {
      progress.update(records, { file, speed: speedSince(started, records) });
      if (lines.length === 0) return;
      output.line(lines.join('\n'));
      lines = [];
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },

    stop: () => progress.stop(),
  };
}

function speedSince(started: number, records: number): string {
  return Math.round(records / ((performance.now() - started) / 1000)).toLocaleString('en');
}
