/**
 * Stands in the bundle for the Powertools Logger's import of `node:crypto`, which it needs to draw lots for debug
 * sampling and for nothing else. Loading `node:crypto` takes about a seventh of an empty function's cold start,
 * so it is loaded at the first draw; without a sample rate there is none.
 */
export function randomInt(min: number, max: number): number {
  return process.getBuiltinModule('node:crypto').randomInt(min, max);
}
