import { LogFileError } from './log-file-error.ts';

/** How CloudTrail begins a file, after a byte order mark that editors may add. */
const head = /^\uFEFF?\s*\{\s*"Records"\s*:\s*\[/;
const LONGEST_HEAD = 1024;

/**
 * Where the list of records begins; undefined while there are too few bytes to tell.
 *
 * @param bytes the first of a file
 * @throws LogFileError when they are not those of a CloudTrail log file
 */
export function readFileHead(bytes: Buffer): number | undefined {
  const match = head.exec(bytes.toString('utf8', 0, LONGEST_HEAD));
  if (match !== null) return Buffer.byteLength(match[0]);
  if (bytes.length >= LONGEST_HEAD) throw notCloudTrail(bytes);
  return undefined;
}

/** @param bytes the first of a file */
export function notCloudTrail(bytes: Buffer): LogFileError {
  if (bytes.length === 0) return new LogFileError('is empty');
  const start = JSON.stringify(bytes.toString('utf8', 0, 40));
  return new LogFileError(
    `is no CloudTrail log file: expected it to begin with {"Records":[, found ${start}`,
  );
}
