import { createHash } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';
import type { AwsAnswer, AwsRequest } from './aws-server.ts';

const xml = new XMLBuilder();

/**
 * Answers as S3 does for one bucket: lists by prefix in pages, and gets objects, from an offset on if asked for.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function bucketAnswer(
  name: string,
  objects: ReadonlyMap<string, Buffer>,
  request: AwsRequest,
  pageSize = 2,
): AwsAnswer {
  const [, bucket, ...path] = request.url.pathname.split('/');
  if (bucket !== name) return s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
  const key = decodeURIComponent(path.join('/'));
  if (key === '') return list(objects, request.url.searchParams, pageSize);
  const bytes = objects.get(key);
  if (bytes === undefined) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  return get(bytes, request);
}

export function s3Error(status: number, code: string, message: string): AwsAnswer {
  return { status, body: xml.build({ Error: { Code: code, Message: message } }) };
}

function list(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams, pageSize: number): AwsAnswer {
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .toSorted();
  const page = keys.slice(0, pageSize);
  const isTruncated = keys.length > page.length;
  return {
    body: xml.build({
      ListBucketResult: {
        IsTruncated: isTruncated,
        ...(isTruncated && { NextContinuationToken: page.at(-1) }),
        Contents: page.map((key) => ({ Key: key, Size: objects.get(key)?.length ?? 0 })),
      },
    }),
  };
}

function get(bytes: Buffer, { headers }: AwsRequest): AwsAnswer {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const expected = headers['if-match'];
  if (expected !== undefined && expected !== etag) {
    return s3Error(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
    );
  }
  const offset = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  if (offset === undefined) return { headers: { etag }, body: bytes };
  return { status: 206, headers: { etag }, body: bytes.subarray(Number(offset)) };
}
