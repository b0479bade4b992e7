import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { gzipSync } from 'node:zlib';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindOf, logText, runInstancesRecord } from '../../support/cloudtrail-log.ts';
import { credentials, environment, region } from '../setup/environment.ts';
import { run } from '../../../src/local/aws/run.ts';
import { localAws } from '../support/clients.ts';
import { organizationId } from '../support/members.ts';
import { deploy, remove } from '../support/stack.ts';

const bucket = 'trail-of-replay';
const folder = 'AWSLogs/111122223333/CloudTrail/eu-central-1/2026/03';
const member = '111122223333';
/** More than S3 lists at a time. */
const files = 1_005;

const Effort = v.pipe(v.string(), v.parseJson(), v.object({ peakMemoryMb: v.number() }));

const replay = async (...args: readonly string[]) =>
  run(process.execPath, ['src/ops/cli.ts', 'replay', ...args], {
    env: { ...environment(localAws), AWS_REGION: region },
  });

beforeAll(async () => {
  const s3 = new S3Client({ region, credentials, endpoint: localAws.aws });
  const put = async (key: string, body: Buffer) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await pMap(
    Array.from({ length: files }, (_, index) => index),
    async (index) => {
      const name = `${folder}/${String(index).padStart(4, '0')}.json.gz`;
      await put(name, gzipSync(logText([runInstancesRecord(index), runInstancesRecord(index + files)])));
    },
    { concurrency: 16 },
  );
  for (const account of [member, 'stranger'])
    for (const day of ['2026/02/28', '2026/03/01', '2026/03/02', '2026/03/05'])
      await put(
        `AWSLogs/${organizationId}/${account}/CloudTrail/eu-central-1/${day}/1.json.gz`,
        gzipSync(logText([runInstancesRecord(0)])),
      );
  await put('sick/good.json.gz', gzipSync(logText([runInstancesRecord(0)])));
  await put('sick/cut.json.gz', gzipSync(logText([runInstancesRecord(0)])).subarray(0, -12));
});

describe('replay of a bucket', () => {
  test('judges every record of every file, page by page', async () => {
    const ended = await replay(`s3://${bucket}/${folder}/`, '--json', '--totals-only');

    const kinds = Array.from({ length: 2 * files }, (_, index) => kindOf(index));
    const failed = kinds.filter((kind) => kind === 'failed').length;
    const named = kinds.filter((kind) => kind === 'named').length;
    expect(JSON.parse(ended.stdout)).toMatchObject({
      files,
      records: 2 * files,
      launches: { spare: named, ignore: failed, terminate: 2 * files - named - failed },
    });
    expect(v.parse(Effort, ended.stdout).peakMemoryMb).toBeLessThanOrEqual(200);
    expect(ended).toMatchObject({ stderr: '', code: 0 });
  });

  test('names a file that is cut off, and counts the others', async () => {
    const ended = await replay(`s3://${bucket}/sick`, '--totals-only');

    expect(ended.stderr).toMatch(/^Skipped s3:\/\/trail-of-replay\/sick\/cut\.json\.gz: it is damaged .*\n$/);
    expect(ended.stdout).toContain('of 2 files');
    expect(ended.code).toBe(1);
  });

  test('says in one line that there is no such bucket', async () => {
    const ended = await replay('s3://no-such-trail/logs', '--totals-only');

    expect(ended).toMatchObject({
      stdout: '',
      stderr: 'Found no bucket `no-such-trail`. See whether its name is right.\n',
      code: 2,
    });
  });
});

describe('replay of an organization', () => {
  const hub = 'replay-hub';
  beforeAll(async () => {
    await deploy(hub, { OrganizationId: organizationId });
  });
  afterAll(async () => remove(hub));

  test('reads the days wanted of the members of the deployed hub', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'replay-'));
    const members = join(temporary, 'members.txt');
    await writeFile(members, `${member} eu-central-1\n${member} eu-west-1\n`);

    const ended = await replay(
      `s3://${bucket}`,
      '--organization',
      '--stack',
      hub,
      '--members',
      members,
      '--since',
      '2026-03-01',
      '--until',
      '2026-03-02',
      '--json',
      '--totals-only',
    );
    await rm(temporary, { recursive: true });

    expect(ended).toMatchObject({ stderr: '', code: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      files: 2,
      launches: { terminate: 2 },
      membersWithoutFiles: [{ account: member, region: 'eu-west-1' }],
    });
  });
});
