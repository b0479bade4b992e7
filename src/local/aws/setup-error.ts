/** Something that the person who runs the tests can put right. Its message is one line: what is wrong, and the remedy. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** Ends the process with the message alone when it is the person's to put right. */
export function endWithOneLine(error: unknown): never {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
