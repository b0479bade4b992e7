import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from './error-code.ts';
import { OpsError } from '../errors.ts';

/** One log file, wherever it lies. */
export interface LogFile {
  readonly name: string;
  /** Its bytes. Failures come out of the iteration. */
  readonly bytes: AsyncIterable<Buffer>;
}

/** Bytes that are read at a time. */
const CHUNK = 64 * 1024;

/** What counts as a log file within a folder or under a prefix; a file that is named itself may have any name. */
const logFileName = /\.json(\.gz)?$/i;

/** CloudTrail's digest files prove that the log files beside them were not changed. They hold no records. */
const digest = /(^|\/)CloudTrail-Digest\//;

export function isLogFileName(name: string): boolean {
  return logFileName.test(name) && !digest.test(name.replaceAll('\\', '/'));
}

/**
 * The log files of a path: the file itself, or those of a folder and the folders in it, by name.
 *
 * @throws OpsError when there is no such file or folder, or it may not be read
 */
export async function* localLogFiles(path: string): AsyncGenerator<LogFile, void> {
  const found = await explained(path, stat(path));
  if (found.isDirectory()) yield* folderLogFiles(path);
  else yield localLogFile(path);
}

async function* folderLogFiles(folder: string): AsyncGenerator<LogFile, void> {
  const entries = await explained(folder, readdir(folder, { withFileTypes: true }));
  // CloudTrail's names have the time in them, so that their order is that of time.
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* folderLogFiles(path);
    else if (isLogFileName(path)) yield localLogFile(path);
  }
}

function localLogFile(path: string): LogFile {
  return { name: path, bytes: localBytes(path) };
}

/** Opens the file when its bytes are asked for. */
async function* localBytes(path: string): AsyncGenerator<Buffer, void> {
  const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK });
  yield* chunks;
}

async function explained<T>(path: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    if (hasErrorCode(error, 'ENOENT')) {
      const expected = 'Expected a log file, a folder of them, or s3://bucket/prefix';
      throw new OpsError(`${expected}, found no \`${path}\`. See whether the path is right.`, {
        cause: error,
      });
    }
    if (hasErrorCode(error, 'EACCES', 'EPERM')) {
      throw new OpsError(`Found \`${path}\`, but you may not read it.`, { cause: error });
    }
    throw error;
  });
}
