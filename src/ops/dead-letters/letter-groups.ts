import { sourceOf, type DeadLetter } from './letter.ts';
import { launcherKey } from './launcher.ts';

/** Dead letters that failed alike: of the same causes, launcher, account and region. One or more, the oldest first. */
export interface LetterGroup {
  readonly first: DeadLetter;
  readonly letters: readonly DeadLetter[];
}

/** What `--sort` takes. */
export const sorts = ['age', 'count', 'cause', 'launcher', 'account', 'region'] as const;
export type Sort = (typeof sorts)[number];

/** Every letter in one group, with the groups in this order; what is alike in it goes by age. */
export function groupLetters(letters: readonly DeadLetter[], sort: Sort = 'age'): LetterGroup[] {
  const groups = Map.groupBy(letters.toSorted(byAge), groupKey);
  return [...groups.values()]
    .flatMap((group) => (group[0] === undefined ? [] : [{ first: group[0], letters: group }]))
    .toSorted((one, other) => compare(one, other, sort) || byAge(one.first, other.first));
}

/** Each letter by itself, in this order. */
export function sortLetters(letters: readonly DeadLetter[], sort: Sort = 'age'): DeadLetter[] {
  return sort === 'age'
    ? letters.toSorted(byAge)
    : groupLetters(letters, sort).flatMap((group) => group.letters);
}

function byAge(one: DeadLetter, other: DeadLetter): number {
  return (one.since ?? 0) - (other.since ?? 0);
}

/** The same for letters that failed alike. */
export function groupKey(letter: DeadLetter): string {
  const { causes, contents, recipient } = letter;
  const { launcher, account, region } = sourceOf(letter) ?? {};
  return JSON.stringify([causes, contents.kind, recipient, launcherKey(launcher), account, region]);
}

function compare(one: LetterGroup, other: LetterGroup, sort: Sort): number {
  if (sort === 'count') return other.letters.length - one.letters.length;
  return textOf(one, sort).localeCompare(textOf(other, sort), 'en');
}

function textOf({ first }: LetterGroup, sort: Exclude<Sort, 'count'>): string {
  const source = sourceOf(first);
  switch (sort) {
    case 'age':
      return '';
    case 'cause':
      return first.causes.join(' ');
    case 'launcher':
      return source?.launcher ?? '';
    case 'account':
      return source?.account ?? '';
    case 'region':
      return source?.region ?? '';
  }
}
