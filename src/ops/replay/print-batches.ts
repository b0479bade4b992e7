import { once } from 'node:events';
import type { Output } from '../output.ts';
import { startProgress } from '../progress.ts';
import { verdictHead } from './verdict-lines.ts';
import type { Batch, Selection } from './worker-messages.ts';

export interface BatchPrinter {
  /** Resolves when the reader of stdout has taken the lines. */
  readonly print: (batch: Batch) => Promise<void>;
  /** Ends the line that shows how far it is. */
  readonly stop: () => void;
}

/** @param started as `performance.now()` gave it when the work began */
export function printBatches(output: Output, started: number, { json, totalsOnly }: Selection): BatchPrinter {
  const progress = startProgress(
    '{value} records, {speed} records/s, {file}',
    // Two kinds of lines on one terminal would overwrite each other.
    process.stderr.isTTY && (totalsOnly || !process.stdout.isTTY),
  );
  let hasHead = json || totalsOnly;
  return {
    async print({ lines, notes, file, records }) {
      const speed = Math.round(records / ((performance.now() - started) / 1000));
      progress.update(records, { file, speed: speed.toLocaleString('en') });
      for (const note of notes) output.note(note);
      if (lines.length === 0) return;
      if (!hasHead) output.line(verdictHead);
      hasHead = true;
      output.line(lines.join('\n'));
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    stop: () => progress.stop(),
  };
}
