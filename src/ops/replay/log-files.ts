import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pMapIterable } from 'p-map';
import type { Connection } from '../aws/connection.ts';
import { OpsError } from '../errors.ts';

/** One log file, wherever it lies. */
export interface LogFile {
  readonly name: string;
  /** Its bytes. Failures come out of the iteration. */
  readonly bytes: AsyncIterable<Buffer>;
}

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
      : s3LogFiles(address, connection)) {
      found = true;
      yield file;
    }
    if (!found) throw new OpsError(`Expected log files (.json or .json.gz) under \`${source}\`, found none.`);
  }
}

/** Bytes that are read at a time. */
const CHUNK = 64 * 1024;

/** What counts as a log file within a folder or under a prefix; a file that is named itself may have any name. */
const logFileName = /\.json(\.gz)?$/i;

/** CloudTrail's digest files prove that the log files beside them were not changed. They hold no records. */
const digest = /(^|\/)CloudTrail-Digest\//;

function isLogFileName(name: string): boolean {
  return logFileName.test(name) && !digest.test(name.replaceAll('\\', '/'));
}

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

/**
 * Objects that are asked for before their turn. CloudTrail writes many small ones, so that waiting for each would take
 * longer than reading it; their bytes stay with S3 until then.
 */
const AHEAD = 8;

const address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

interface S3Address {
  readonly bucket: string;
  /** What the keys begin with; empty for the whole bucket. */
  readonly prefix: string;
}

/**
 * Reads `s3://bucket/prefix`; undefined for what does not begin with `s3://`.
 *
 * @throws OpsError when no bucket can have this name
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function parseS3Address(text: string): S3Address | undefined {
  if (!/^s3:\/\//i.test(text)) return undefined;
  const [, bucket, prefix = ''] = address.exec(text) ?? [];
  if (bucket !== undefined) return { bucket, prefix };
  throw new OpsError(`Expected s3://bucket/prefix with the name of a bucket, found \`${text}\`.`);
}

/**
 * The log files under a prefix, in S3's order, which for CloudTrail's keys is account, region and time.
 *
 * @throws OpsError when there is no such bucket; the SDK's own error when it cannot be listed
 */
async function* s3LogFiles(
  { bucket, prefix }: S3Address,
  connection: Connection,
): AsyncGenerator<LogFile, void> {
  // Who replays local files does not wait for the SDK.
  const { createS3Objects } = await import('../aws/s3-objects.ts');
  const objects = createS3Objects(connection, bucket);
  const keys = filter(objects.list(prefix), isLogFileName);
  const open = async (key: string): Promise<LogFile> => {
    const opening = objects.open(key);
    // A failure comes out when the bytes are read, in the file's turn.
    await opening.catch(() => {});
    return { name: `s3://${bucket}/${key}`, bytes: readWhenOpen(opening) };
  };
  try {
    yield* pMapIterable(keys, open, { concurrency: AHEAD });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error;
    throw new OpsError(`Found no bucket \`${bucket}\`. See whether its name is right.`, { cause: error });
  } finally {
    objects.close();
  }
}

async function* readWhenOpen(opening: Promise<AsyncIterable<Buffer>>): AsyncGenerator<Buffer, void> {
  yield* await opening;
}

async function* filter<T>(items: AsyncIterable<T>, passes: (item: T) => boolean): AsyncGenerator<T, void> {
  for await (const item of items) if (passes(item)) yield item;
}
