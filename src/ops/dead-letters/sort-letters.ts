import type { DeadLetter, Letter, Stranger } from './dead-letter.ts';
import { isSelected, type Selection } from './selection.ts';

/** The messages of a queue by what a command has to do with them. */
export interface SortedLetters {
  readonly selected: readonly DeadLetter[];
  /** How many dead letters were not selected. */
  readonly others: number;
  readonly strangers: readonly Stranger[];
}

/** Reads all messages to the end. */
export async function sortLetters(
  letters: AsyncIterable<Letter>,
  selection: Selection,
): Promise<SortedLetters> {
  const selected: DeadLetter[] = [];
  const strangers: Stranger[] = [];
  let others = 0;
  for await (const letter of letters) {
    if (letter.kind === 'stranger') strangers.push(letter);
    else if (isSelected(letter, selection, Date.now())) selected.push(letter);
    else others += 1;
  }
  return { selected, others, strangers };
}
