import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { startAwsServer, type AwsAnswer, type AwsRequest, type AwsServer } from '../../support/aws-server.ts';
import { logText, runInstancesRecord } from '../../support/cloudtrail-log.ts';
import { bucketAnswer, s3Error } from '../../support/fake-bucket.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';

let server: AwsServer | undefined;
afterEach(async () => server?.close());

async function replay(
  answer: (request: AwsRequest) => AwsAnswer,
  ...args: readonly string[]
): Promise<ScriptRun> {
  server = await startAwsServer(answer);
  return runScript('src/ops/cli.ts', ['replay', ...args], {
    NO_COLOR: '1',
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-west-1',
  });
}

const log = (index: number): Buffer => gzipSync(logText([runInstancesRecord(index)]));
const folder = 'AWSLogs/111122223333/CloudTrail/eu-west-1';

describe('replay of a bucket', () => {
  test('reads the log files under the prefix in order, and no digest', async () => {
    const objects = new Map([
      ...Array.from({ length: 25 }, (_, index): [string, Buffer] => [
        `${folder}/${String(index).padStart(2, '0')}.json.gz`,
        log(index),
      ]),
      [`${folder}/CloudTrail-Digest/1.json.gz`, gzipSync('{}')],
      [`${folder}/notes.txt`, Buffer.from('no log file')],
      ['elsewhere/1.json.gz', log(99)],
    ]);

    const { stdout, stderr, exitCode } = await replay(
      (request) => bucketAnswer('trail', objects, request),
      `s3://trail/${folder}/`,
    );

    expect(stderr).toBe('');
    expect(stdout.match(/(?<=T00:00:)\d\d(?=Z)/g)?.map(Number)).toEqual([...Array(25).keys()]);
    expect(stdout).toContain('Read 25 records of 25 files');
    expect(exitCode).toBe(0);
  });

  test('names an object that may not be read, and goes on', async () => {
    const objects = new Map([1, 2, 3].map((index) => [`logs/${index}.json.gz`, log(index)]));

    const { stdout, stderr, exitCode } = await replay(
      (request) =>
        request.url.pathname.endsWith('2.json.gz')
          ? s3Error(403, 'AccessDenied', 'Access Denied')
          : bucketAnswer('trail', objects, request),
      's3://trail/logs',
    );

    expect(stderr).toBe(
      'Skipped s3://trail/logs/2.json.gz: it may not be read (AccessDenied: Access Denied).\n',
    );
    expect(stdout).toContain('Read 2 records of 3 files');
    expect(exitCode).toBe(1);
  });
});

describe('one clear line, and exit code 2, when', () => {
  const objects = new Map([['logs/1.json.gz', log(1)]]);

  test.each([
    [
      'there is no such bucket',
      's3://trial/logs',
      'Found no bucket `trial`. See whether its name is right.\n',
    ],
    [
      'nothing is there',
      's3://trail/log/',
      'Expected log files (.json or .json.gz) under `s3://trail/log/`, found none.\n',
    ],
  ])('%s', async (_, source, expected) => {
    const run = await replay((request) => bucketAnswer('trail', objects, request), source, '--totals-only');

    expect(run).toEqual({ stdout: '', stderr: expected, exitCode: 2 });
  });

  test.each([
    ['the bucket may not be listed', ({ url }: AwsRequest) => url.searchParams.has('list-type')],
    ['no object may be read', ({ url }: AwsRequest) => !url.searchParams.has('list-type')],
  ])('%s', async (_, isDenied) => {
    const run = await replay(
      (request) =>
        isDenied(request)
          ? s3Error(403, 'AccessDenied', 'User is not authorized to perform: s3:GetObject')
          : bucketAnswer('trail', objects, request),
      's3://trail/logs',
      '--totals-only',
    );

    expect(run.stderr).toMatch(/^You may not do this\. The policies .* not authorized to perform: .*\)\n$/);
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
  });
});
