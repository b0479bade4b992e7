import type { ReplayReport } from './replay.ts';
import { verdictLines } from './verdict-lines.ts';
import type { Batch, Selection } from './worker-messages.ts';

/** A batch is handed over when it has so many characters, or is so old in milliseconds. */
const MOST_CHARACTERS = 64 * 1024;
const LONGEST_WAIT = 100;

export interface BatchReport extends ReplayReport {
  /** Hands over what is left. */
  flush(): Promise<void>;
}

/**
 * Turns what is found into lines: one for each finding, or one JSON object for each launch, and for programs one for
 * what is damaged.
 *
 * @param handOver resolves when the lines are printed: nothing piles up while they are not
 */
export function batchReport(
  { json, colours, only, totalsOnly }: Selection,
  handOver: (batch: Batch) => Promise<void>,
): BatchReport {
  let [lines, notes]: [string[], string[]] = [[], []];
  let characters = 0;
  let handedOver = performance.now();
  let [file, records] = ['', 0];

  const add = (to: string[], ...texts: readonly string[]): void => {
    to.push(...texts);
    for (const text of texts) characters += text.length;
  };
  const flush = async (): Promise<void> => {
    await handOver({ lines, notes, file, records });
    [lines, notes, characters, handedOver] = [[], [], 0, performance.now()];
  };

  return {
    judged(place, record) {
      if (totalsOnly) return;
      const findings = record.findings.filter(({ verdict }) => only === undefined || verdict === only);
      if (findings.length === 0) return;
      if (json) add(lines, JSON.stringify({ kind: 'launch', ...place, ...record, findings }));
      else add(lines, ...verdictLines(record, findings, colours));
    },

    damaged({ file: name, record }, problem) {
      if (json) add(lines, JSON.stringify({ kind: 'damaged', file: name, record, problem }));
      else add(notes, `Skipped ${record === undefined ? name : `${name}, record ${record}`}: it ${problem}.`);
    },

    async progress(name, totals) {
      [file, records] = [name, totals.records];
      if (characters >= MOST_CHARACTERS || performance.now() - handedOver >= LONGEST_WAIT) await flush();
    },

    flush,
  };
}
