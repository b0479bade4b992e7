import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';

/** What is wrong with one log file, as the end of a sentence that begins with its name. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

/** Bytes that are decompressed at a time. */
const CHUNK = 64 * 1024;

const GzipError = v.object({ code: v.pipe(v.string(), v.startsWith('Z_')), message: v.string() });

/**
 * The content of a file that is compressed by gzip, or is not. Its first bytes tell, since names do not always: some
 * tools decompress what they download and leave the name as it was.
 *
 * @throws LogFileError when the compressed data is damaged or cut off, after all that could be read
 */
export async function* decompress(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const { first, rest } = await takeFirst(bytes);
  const whole = rejoin(first, rest);
  if (first[0] === 0x1f && first[1] === 0x8b) yield* gunzip(whole);
  else yield* whole;
}

/** The first two bytes at least, unless there are fewer, and what comes after them. */
async function takeFirst(bytes: AsyncIterable<Buffer>): Promise<{ first: Buffer; rest: Rest }> {
  const rest: Rest = bytes[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 2) {
    const next = await rest.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  return { first, rest };
}

type Rest = AsyncIterator<Buffer, unknown>;

async function* rejoin(first: Buffer, rest: Rest): AsyncGenerator<Buffer, void> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* gunzip(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  // The callback must be there; the error itself comes out of the iteration.
  const content: AsyncIterable<Buffer> = pipeline(compressed, createGunzip({ chunkSize: CHUNK }), () => {});
  try {
    yield* content;
  } catch (error) {
    if (!v.is(GzipError, error)) throw error;
    throw new LogFileError(`is damaged from some point on: gzip cannot decompress it (${error.message})`, {
      cause: error,
    });
  }
}

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
