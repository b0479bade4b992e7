/** Something that a person can put right, told in one line: what was expected, what was found, what to do. */
export class OpsError extends Error {
  override readonly name = 'OpsError';
}
