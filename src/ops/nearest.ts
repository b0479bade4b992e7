import { closest, distance } from 'fastest-levenshtein';

/** Values that are told when none is near. */
const TOLD = 5;

/**
 * What somebody may have meant: the nearest of the known values, or else the first few of them.
 *
 * @returns a sentence; empty when nothing is known
 */
export function didYouMean(wanted: string, known: Iterable<string>): string {
  const values = [...new Set(known)].toSorted();
  if (values.length === 0) return '';
  const lower = wanted.toLowerCase();
  const byLower = new Map(values.map((value) => [value.toLowerCase(), value]));
  const near = closest(lower, [...byLower.keys()]);
  // More than a few letters of ten wrong are another word.
  if (distance(lower, near) <= Math.max(1, near.length * 0.4)) {
    return `Did you mean \`${byLower.get(near)}\`?`;
  }
  const more = values.length > TOLD ? ` and ${values.length - TOLD} more` : '';
  return `Known are ${values
    .slice(0, TOLD)
    .map((value) => `\`${value}\``)
    .join(', ')}${more}.`;
}
