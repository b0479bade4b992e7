import type { Output } from '../output.ts';
import { causesText } from './print-letters.ts';
import { launcherKey, launcherLabel } from './launcher.ts';
import { sourceOf, type DeadLetter } from './letter.ts';

/** How many dead letters share a value. */
export interface Count {
  readonly value: string;
  readonly letters: number;
}

/** Counts of dead letters, the most first; by age the youngest first. Each letter counts once in each. */
export interface Summary {
  readonly letters: number;
  readonly cause: readonly Count[];
  readonly launcher: readonly Count[];
  readonly account: readonly Count[];
  readonly region: readonly Count[];
  readonly age: readonly Count[];
}

const hour = 3_600_000;

/** Ages that are counted together, up to these many milliseconds. */
const ages = [
  { value: 'under 1 h', below: hour },
  { value: '1 h to 6 h', below: 6 * hour },
  { value: '6 h to 1 d', below: 24 * hour },
  { value: '1 d to 4 d', below: 4 * 24 * hour },
  { value: '4 d to 10 d', below: 10 * 24 * hour },
  { value: 'over 10 d', below: Infinity },
] as const;

/** @param now epoch milliseconds */
export function summarize(letters: readonly DeadLetter[], now: number): Summary {
  const labels = new Map(
    [...Map.groupBy(letters, (letter) => launcherKey(sourceOf(letter)?.launcher))].map(([key, group]) => [
      key,
      launcherLabel(group.map((letter) => sourceOf(letter)?.launcher)),
    ]),
  );
  const byAge = new Map(
    countBy(
      letters,
      ({ since = now }) => ages.find(({ below }) => now - since < below)?.value ?? 'unknown',
    ).map((count) => [count.value, count]),
  );
  return {
    letters: letters.length,
    cause: countBy(letters, causesText),
    launcher: countBy(letters, (letter) => labels.get(launcherKey(sourceOf(letter)?.launcher)) ?? 'unknown'),
    account: countBy(letters, (letter) => sourceOf(letter)?.account ?? 'unknown'),
    region: countBy(letters, (letter) => sourceOf(letter)?.region ?? 'unknown'),
    age: ages.flatMap(({ value }) => byAge.get(value) ?? []),
  };
}

function countBy(letters: readonly DeadLetter[], valueOf: (letter: DeadLetter) => string): Count[] {
  return Array.from(Map.groupBy(letters, valueOf), ([value, group]) => ({
    value,
    letters: group.length,
  })).toSorted((one, other) => other.letters - one.letters || one.value.localeCompare(other.value, 'en'));
}

/** Values of each kind that people see, unless they ask for another number: the first are the most. */
const SHOWN = 10;

export const dimensions = ['cause', 'launcher', 'account', 'region', 'age'] as const;

/** One row a value, with what is left out counted. */
export function printSummary(output: Output, summary: Summary, limit = SHOWN): void {
  if (summary.letters === 0) return;
  const rows = dimensions.flatMap((by) => rowsOf(by, summary[by], limit));
  output.table(['By', 'Value', 'Letters'], rows);
}

function rowsOf(by: string, counts: readonly Count[], limit: number): string[][] {
  const rest = counts.slice(limit);
  const others = {
    value: `${rest.length} others`,
    letters: rest.reduce((sum, { letters }) => sum + letters, 0),
  };
  const shown = rest.length === 0 ? counts : counts.slice(0, limit).concat(others);
  return shown.map(({ value, letters }) => [by, value, letters.toLocaleString('en')]);
}
