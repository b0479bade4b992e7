/** Paths of the numbers in a JSON value that may be times: seconds, or milliseconds, since 1970. */
export function epochNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return value >= 1e9 ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => epochNumbers(member, `${path}/${key}`));
}
