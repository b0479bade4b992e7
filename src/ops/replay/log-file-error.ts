/** What is wrong with one log file, as the end of a sentence that begins with its name. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}
