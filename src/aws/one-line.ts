/** Characters. A denial carries kilobytes of encoded reasons. */
const LONGEST = 300;

/** An error's name and message in one line of at most 300 characters: of AWS's errors, its code and its own words. */
export function oneLineOf(error: unknown): string {
  const text = wordsOf(error).replaceAll(/\s+/g, ' ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node.js tries every address of a host, and says what became of each in the errors alone.
  const addresses: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return `${error.name}: ${error.message}${addresses.map(String).join('; ')}`;
}
