import type { Home } from '../../enforcer/launch.ts';
import { counted } from '../counted.ts';
import type { Output } from '../output.ts';
import { style } from '../text-for-people.ts';
import { causesOf, failureLine } from './causes.ts';
import { groupKey } from './letter-groups.ts';
import { SHORT_ID } from './letter.ts';
import { packIds } from './pack-ids.ts';
import { launcherCell, letterDocument } from './print-letters.ts';
import type { RedriveReport } from './redrive.ts';
import type { Redriven } from './redriven.ts';

/** Kept letters in rows, those that failed alike in one; the instances that died; and the counts of all. */
export function printRedriven(output: Output, { redriven, others }: RedriveReport, home: Home): void {
  const kept = redriven.filter(({ result }) => result !== 'settled');
  if (kept.length > 0) {
    output.table(
      ['Message', 'Launcher', 'Kept in the queue'],
      groupKept(kept).map((group) => keptRow(group, home)),
    );
  }
  const outcomes = redriven.flatMap((one) => ('outcomes' in one ? one.outcomes : []));
  // A launch that failed again tells of those that it terminated in its error, and of the others that it left open.
  const terminated = [
    ...outcomes.flatMap(({ outcome, instanceId }) => (outcome === 'terminated' ? [instanceId] : [])),
    ...kept.flatMap((one) => (one.result === 'failed' ? failureLine(one).terminated : [])),
  ];
  if (terminated.length > 0) {
    output.line(`Terminated ${counted(terminated.length, 'instance')}:`);
    for (const line of packIds(terminated)) output.line(line);
  }
  const counts = Map.groupBy(outcomes, ({ outcome }) => outcome);
  const instances = Array.from(
    counts,
    ([outcome, { length }]) => `${length.toLocaleString('en')} ${outcome}`,
  ).join(', ');
  output.line(
    `${(redriven.length - kept.length).toLocaleString('en')} of ${counted(redriven.length, 'dead letter')} settled and deleted` +
      `${instances === '' ? '' : ` (instances: ${instances})`}; ${kept.length.toLocaleString('en')} kept; ${others.toLocaleString('en')} not selected.`,
  );
  const waiting = redriven.filter((one) => one.result === 'settled' && one.waits).length;
  if (waiting > 0) {
    output.line(
      `${waiting.toLocaleString('en')} of these left instances that still have time to get a name. They wait in the ` +
        'second-look queue, and are judged again when it is over: see `second-look list`.',
    );
  }
}

/** Those that were kept for the same reason, of the same causes and launcher. */
function groupKept(kept: readonly Redriven[]): (readonly Redriven[])[] {
  const groups = Map.groupBy(kept, (one) =>
    JSON.stringify([one.result, alike(one), causesAfter(one), groupKey(one.letter)]),
  );
  return [...groups.values()].toSorted((one, other) => other.length - one.length);
}

/** What is the same of a failure for launches that failed alike: its text tells of ids, and names its causes. */
function alike(one: Redriven): string {
  switch (one.result) {
    case 'failed':
      return one.errorType;
    case 'untried':
      return one.reason;
    case 'settled':
    case 'reported':
      return '';
  }
}

function causesAfter(one: Redriven): readonly string[] {
  if (one.result !== 'failed') return one.letter.causes;
  return causesOf({ ...FAILED, ...one }, one.letter.contents);
}

const FAILED = { from: 'function', condition: 'Redriven', invokeCount: undefined } as const;

function keptRow(group: readonly Redriven[], home: Home): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const letters = group.map(({ letter }) => letter);
  const isOne = group.length === 1;
  return [
    isOne ? first.letter.messageId.slice(0, SHORT_ID) : `${group.length.toLocaleString('en')} letters`,
    launcherCell(letters, home),
    `${style('yellow', first.result)}: ${causesAfter(first).join(', ')}\n${reasonOf(first, isOne)}`,
  ];
}

/** The report for programs. */
export function redrivenDocument({ redriven, others, foreign }: RedriveReport) {
  return {
    redriven: redriven.map(({ letter, ...rest }) =>
      Object.assign({ messageId: letter.messageId, causesBefore: letter.causes }, rest),
    ),
    notSelected: others,
    foreign: foreign.map((it) => letterDocument(it)),
  };
}

/**
 * At most six lines: a launch may have a thousand instances.
 *
 * @param isWhole whether the text of a failure is told, which names instances; else its kind
 */
function reasonOf(one: Redriven, isWhole: boolean): string {
  switch (one.result) {
    case 'settled':
      return '';
    case 'reported':
      return `The function is in report mode: ${one.outcomes.filter(({ outcome }) => outcome === 'would-terminate').length} of its instances would have been terminated.`;
    case 'untried':
      return one.reason;
    case 'failed': {
      if (!isWhole) return `${one.errorType}. Each by itself: dead-letters list --each, or show.`;
      const lines = one.errorMessage.split('\n');
      const shown = lines.slice(0, 6).join('\n');
      return lines.length > 6 ? `${shown}\nand ${lines.length - 6} lines more` : shown;
    }
  }
}
