import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { clientSettings, type Connection } from './connection.ts';
import { readFailure } from './failure.ts';

/** Objects of one bucket through the AWS SDK. */
export interface S3Objects {
  /**
   * The keys of all objects under a prefix, in S3's order, a page at a time.
   *
   * @param after the keys that sort after this one; without it all
   */
  list(prefix: string, after?: string): AsyncGenerator<string, void>;
  /** Asks for an object at once; its bytes come as they are read. */
  open(key: string): Promise<AsyncGenerator<Buffer, void>>;
  /** Cuts every connection, those of objects that were opened and not read included. */
  close(): void;
}

/** How often the rest of one object is asked for, when its connection breaks off. */
const ATTEMPTS = 5;

/** A client that follows the bucket to its own region. */
export function createS3Objects(connection: Connection, bucket: string): S3Objects {
  const client = new S3Client({
    ...clientSettings(connection),
    followRegionRedirects: true,
    // A checksum of the whole object cannot be held against its parts.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

  /** Bytes from an offset on; of the same version of the object as before, when its ETag is given. */
  const get = async (key: string, offset = 0, etag?: string) => {
    const range = offset === 0 ? {} : { Range: `bytes=${offset}-` };
    const answer = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...range,
        ...(etag !== undefined && { IfMatch: etag }),
      }),
    );
    if (!(answer.Body instanceof Readable))
      throw new TypeError(`Expected S3 to answer ${key} with a stream.`);
    const bytes: AsyncIterable<Buffer> = answer.Body;
    return { bytes, etag: answer.ETag };
  };

  return {
    async *list(prefix, after) {
      let page: string | undefined;
      do {
        const answer = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            StartAfter: after,
            ContinuationToken: page,
          }),
        );
        for (const { Key } of answer.Contents ?? []) if (Key !== undefined) yield Key;
        page = answer.NextContinuationToken;
      } while (page !== undefined);
    },

    async open(key) {
      return resumed(await get(key), async (offset, etag) => get(key, offset, etag));
    },

    close: () => client.destroy(),
  };
}

interface Part {
  readonly bytes: AsyncIterable<Buffer>;
  readonly etag: string | undefined;
}

/** The SDK tries a request again, but not an answer whose connection breaks off: what is missing is asked for anew. */
async function* resumed(
  first: Part,
  resume: (offset: number, etag: string | undefined) => Promise<Part>,
): AsyncGenerator<Buffer, void> {
  let part = first;
  let offset = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const bytes of part.bytes) {
        offset += bytes.length;
        yield bytes;
      }
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || readFailure(error)?.kind !== 'unreachable') throw error;
      part = await resume(offset, first.etag);
    }
  }
}
