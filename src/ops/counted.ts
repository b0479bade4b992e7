/** `1 dead letter`, `2 dead letters`, `0 dead letters`; for nouns that take an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
