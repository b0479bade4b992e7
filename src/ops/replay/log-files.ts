import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../aws/connection.ts';
import { OpsError } from '../errors.ts';
import { isLogFileName, type LogFile } from './log-file.ts';
import { parseS3Address, s3LogFiles } from './s3-log-files.ts';

/**
 * The log files of all sources, one source after the other.
 *
 * @param sources paths of files and folders, or `s3://bucket/prefix`
 * @throws OpsError when a source does not exist or has no log file
 */
export async function* logFiles(
  sources: readonly string[],
  connection: Connection,
): AsyncGenerator<LogFile, void> {
  for (const source of sources) {
    const address = parseS3Address(source);
    let found = false;
    for await (const file of address === undefined
      ? localLogFiles(source)
      : s3LogFiles(address.bucket, (objects) => objects.list(address.prefix), connection)) {
      found = true;
      yield file;
    }
    if (!found) throw new OpsError(`Expected log files (.json or .json.gz) under \`${source}\`, found none.`);
  }
}

/** Bytes that are read at a time. */
const CHUNK = 64 * 1024;

/**
 * The log files of a path: the file itself, or those of a folder and the folders in it, by name.
 *
 * @throws OpsError when there is no such file or folder, or it may not be read
 */
async function* localLogFiles(path: string): AsyncGenerator<LogFile, void> {
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

/** Whether this is an error of Node.js with one of these codes, for example `ENOENT`. */
function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}
