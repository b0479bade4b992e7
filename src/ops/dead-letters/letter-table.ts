import { formatSince } from '../age.ts';
import type { Output } from '../output.ts';
import type { DeadLetter, Stranger } from './dead-letter.ts';
import { causeCell, instancesCell, launcherCell } from './letter-cells.ts';
import type { Standings } from './standings.ts';

/** Characters of a message id that tell it apart; every command takes them for the whole. */
export const SHORT_ID = 8;

/** One row a dead letter, the oldest first. */
export function printLetters(
  output: Output,
  letters: readonly DeadLetter[],
  standings: ReadonlyMap<string, Standings>,
): void {
  if (letters.length === 0) return;
  const rows = letters
    .toSorted(byAge)
    .map((letter) => [
      letter.messageId.slice(0, SHORT_ID),
      formatSince(letter.since),
      causeCell(letter),
      launcherCell(letter),
      instancesCell(standings.get(letter.messageId) ?? { instances: [], complete: false }),
    ]);
  output.table(['Message', 'Age', 'Cause', 'Launcher, account, region', 'Instances now'], rows);
}

/** One line a stranger, with what it is not. */
export function printStrangers(output: Output, strangers: readonly Stranger[]): void {
  for (const { messageId, because } of strangers) {
    output.note(
      `${messageId.slice(0, SHORT_ID)} is not of this stack (${because}). It is left alone; see it in the SQS console.`,
    );
  }
}

function byAge(one: DeadLetter, other: DeadLetter): number {
  return (one.since ?? 0) - (other.since ?? 0);
}
