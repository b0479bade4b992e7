import { styleText } from 'node:util';
import type { Output } from '../output.ts';
import { counted } from '../counted.ts';
import { launcherCell } from './letter-cells.ts';
import { SHORT_ID } from './letter-table.ts';
import type { Redriven, RedriveReport } from './redrive.ts';

/** One row for every message that stays, and the counts of all. */
export function printRedriven(output: Output, { redriven, others }: RedriveReport): void {
  const kept = redriven.filter(({ result }) => result !== 'settled');
  const rows = kept.map((one) => [
    one.letter.messageId.slice(0, SHORT_ID),
    launcherCell(one.letter),
    `${styleText('yellow', one.result)}\n${reasonOf(one)}`,
  ]);
  if (rows.length > 0) output.table(['Message', 'Launcher, account, region', 'Kept in the queue'], rows);

  const outcomes = redriven.flatMap((one) => (one.result === 'settled' ? one.outcomes : []));
  const counts = Map.groupBy(outcomes, ({ outcome }) => outcome);
  const instances = Array.from(counts, ([outcome, { length }]) => `${length} ${outcome}`).join(', ');
  output.line(
    `${(redriven.length - kept.length).toLocaleString('en')} of ${counted(redriven.length, 'launch event')} settled and deleted` +
      `${instances === '' ? '' : ` (instances: ${instances})`}; ${kept.length} kept; ${others} not selected.`,
  );
}

/** The report for programs. */
export function redrivenDocument({ redriven, others, strangers }: RedriveReport) {
  return {
    redriven: redriven.map(({ letter, ...rest }) =>
      Object.assign({ messageId: letter.messageId, causesBefore: letter.causes }, rest),
    ),
    notSelected: others,
    strangers,
  };
}

/** At most six lines: a launch may have a thousand instances. */
function reasonOf(one: Redriven): string {
  switch (one.result) {
    case 'settled':
      return '';
    case 'untried':
      return wrap(one.reason);
    case 'failed': {
      const lines = one.errorMessage.split('\n');
      const shown = lines.slice(0, 6).map(wrap).join('\n');
      return lines.length > 6 ? `${shown}\nand ${lines.length - 6} lines more` : shown;
    }
  }
}

function wrap(text: string): string {
  return text.replaceAll(/(.{1,80})(?:\s+|$)/g, '$1\n').trimEnd();
}
