/** One log file, wherever it lies. */
export interface LogFile {
  readonly name: string;
  /** Its bytes. Failures come out of the iteration. */
  readonly bytes: AsyncIterable<Buffer>;
}

/** What counts as a log file within a folder or under a prefix; a file that is named itself may have any name. */
const logFileName = /\.json(\.gz)?$/i;

/** CloudTrail's digest files prove that the log files beside them were not changed. They hold no records. */
const digest = /(^|\/)CloudTrail-Digest\//;

export function isLogFileName(name: string): boolean {
  return logFileName.test(name) && !digest.test(name.replaceAll('\\', '/'));
}
