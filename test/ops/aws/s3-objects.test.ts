import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createS3Objects, type S3Objects } from '../../../src/ops/aws/s3-objects.ts';
import { startAwsServer, type AwsAnswer, type AwsRequest, type AwsServer } from '../../support/aws-server.ts';
import { bucketAnswer, s3Error } from '../../support/fake-bucket.ts';

let server: AwsServer | undefined;
let objects: S3Objects | undefined;

afterEach(async () => {
  objects?.close();
  await server?.close();
  vi.unstubAllEnvs();
});

async function connect(answer: (request: AwsRequest) => AwsAnswer): Promise<S3Objects> {
  server = await startAwsServer(answer);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  objects = createS3Objects({ region: 'eu-west-1' }, 'trail');
  return objects;
}

async function keysOf(listing: AsyncIterable<string>): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of listing) keys.push(key);
  return keys;
}

describe('a bucket', () => {
  test('lists the keys under a prefix, page by page', async () => {
    const names = ['logs/1', 'logs/2', 'logs/3 a+b', 'logs/4', 'logs/5', 'other/1'];
    const content = new Map(names.map((name) => [name, Buffer.from(name)]));
    const bucket = await connect((request) => bucketAnswer('trail', content, request));

    expect(await keysOf(bucket.list('logs/'))).toEqual(names.slice(0, 5));
    expect(server?.requests.length).toBe(3);
  });

  test('gives the bytes of an object', async () => {
    const bytes = randomBytes(300_000);
    const bucket = await connect((request) => bucketAnswer('trail', new Map([['a b/c', bytes]]), request));

    expect(await buffer(await bucket.open('a b/c'))).toEqual(bytes);
  });

  test('gives the rest of an object whose connection breaks off, and asks for no byte twice', async () => {
    const bytes = randomBytes(300_000);
    let answers = 0;
    const bucket = await connect((request) => {
      const answer = bucketAnswer('trail', new Map([['log', bytes]]), request);
      return ++answers < 3 ? { ...answer, cutAfter: 50_000 } : answer;
    });

    expect((await buffer(await bucket.open('log'))).equals(bytes)).toBe(true);
    expect(server?.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=50000-',
      'bytes=100000-',
    ]);
  });

  test('never joins the bytes of two versions of an object', async () => {
    let answers = 0;
    const bucket = await connect((request) => {
      const content = new Map([['log', Buffer.alloc(300_000, answers)]]);
      return { ...bucketAnswer('trail', content, request), ...(++answers === 1 && { cutAfter: 50_000 }) };
    });

    await expect(buffer(await bucket.open('log'))).rejects.toThrow('pre-conditions');
  });

  test('gives up an object whose connection always breaks off', async () => {
    const bytes = randomBytes(300_000);
    const bucket = await connect((request) => ({
      ...bucketAnswer('trail', new Map([['log', bytes]]), request),
      cutAfter: 10,
    }));

    await expect(buffer(await bucket.open('log'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server?.requests.length).toBe(5);
  });

  test('says what S3 says when it may not be read', async () => {
    const bucket = await connect(() => s3Error(403, 'AccessDenied', 'Access Denied'));

    await expect(keysOf(bucket.list(''))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(bucket.open('log')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
