import { pMapIterable } from 'p-map';
import type { Connection } from '../aws/connection.ts';
import type { S3Objects } from '../aws/s3-objects.ts';
import { OpsError } from '../errors.ts';
import { isLogFileName, type LogFile } from './log-file.ts';

/**
 * Objects that are asked for before their turn. CloudTrail writes many small ones, so that waiting for each would take
 * longer than reading it; their bytes stay with S3 until then.
 */
const AHEAD = 8;

const address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

export interface S3Address {
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
export function parseS3Address(text: string): S3Address | undefined {
  if (!/^s3:\/\//i.test(text)) return undefined;
  const [, bucket, prefix = ''] = address.exec(text) ?? [];
  if (bucket !== undefined) return { bucket, prefix };
  throw new OpsError(`Expected s3://bucket/prefix with the name of a bucket, found \`${text}\`.`);
}

/**
 * The log files among some objects of a bucket, in the order of their keys.
 *
 * @param list the keys of these objects
 * @throws OpsError when there is no such bucket; the SDK's own error when it cannot be listed
 */
export async function* s3LogFiles(
  bucket: string,
  list: (objects: S3Objects) => AsyncIterable<string>,
  connection: Connection,
): AsyncGenerator<LogFile, void> {
  // Who replays local files does not wait for the SDK.
  const { createS3Objects } = await import('../aws/s3-objects.ts');
  const objects = createS3Objects(connection, bucket);
  const keys = filter(list(objects), isLogFileName);
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
