import { XMLBuilder } from 'fast-xml-parser';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startAwsServer, type AwsAnswer, type AwsServer } from '../../support/aws-server.ts';
import { logText, runInstancesRecord } from '../../support/cloudtrail-log.ts';
import { bucketAnswer } from '../../support/fake-bucket.ts';
import { stackWith } from '../../support/ops-stack.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';

const xml = new XMLBuilder();
const organization = { OrganizationId: 'o-a1b2c3d4e5', ExemptTagKeys: 'Owner' };
const one = { account: '111122223333', region: 'eu-west-1' };
const other = { account: '111122223333', region: 'us-east-1' };
const third = { account: '444455556666', region: 'eu-west-1' };
const stranger = { account: '999988887777', region: 'eu-west-1' };
let members: readonly Place[];

interface Place {
  readonly account: string;
  readonly region: string;
}

let server: AwsServer | undefined;
beforeEach(() => {
  members = [one, other, third];
});
afterEach(async () => server?.close());

/** Of a hub, its stack set with the members, and the bucket of a trail with these log files. */
async function replay(objects: ReadonlyMap<string, Buffer>, ...args: readonly string[]): Promise<ScriptRun> {
  server = await startAwsServer((request) => {
    if (request.service !== 'cloudformation') return bucketAnswer('trail', objects, request, 1000);
    return request.action === 'DescribeStacks' ? stackAnswer(organization) : membersAnswer();
  });
  return runScript(
    'src/ops/cli.ts',
    ['replay', 's3://trail/logs', '--organization', '--since', '2026-03-01', ...args],
    {
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
    },
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
function stackAnswer(parameters: Readonly<Record<string, string>>): AwsAnswer {
  const { stackId, status, outputs } = stackWith({});
  const stack = {
    StackName: 'ec2-name-tag-enforcer',
    StackId: stackId,
    StackStatus: status,
    CreationTime: '2026-03-01T09:00:00Z',
    Parameters: {
      member: Object.entries(parameters).map(([key, value]) => ({
        ParameterKey: key,
        ParameterValue: value,
      })),
    },
    Outputs: {
      member: Object.entries(outputs).map(([key, value]) => ({ OutputKey: key, OutputValue: value })),
    },
  };
  return {
    body: xml.build({ DescribeStacksResponse: { DescribeStacksResult: { Stacks: { member: stack } } } }),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html */
function membersAnswer(): AwsAnswer {
  const Summaries = {
    member: members.map(({ account, region }) => ({ Account: account, Region: region, Status: 'CURRENT' })),
  };
  return { body: xml.build({ ListStackInstancesResponse: { ListStackInstancesResult: { Summaries } } }) };
}

function keyOf({ account, region }: Place, day: string, file = 0): string {
  return `logs/AWSLogs/o-a1b2c3d4e5/${account}/CloudTrail/${region}/${day}/${file}.json.gz`;
}

/** A log file of a launch without a name, with the tag key `Owner`. */
function logOf({ account, region }: Place): Buffer {
  return gzipSync(logText([{ ...runInstancesRecord(0), recipientAccountId: account, awsRegion: region }]));
}

const objects = new Map(
  [one, other, stranger].map((place) => [keyOf(place, '2026/03/01'), logOf(place)] as const),
);
const Totals = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

describe('replay of an organization', () => {
  test('judges the launches of members by what the hub exempts, and says which have no log file', async () => {
    const { stdout, stderr, exitCode } = await replay(objects, '--json', '--totals-only');

    expect(v.parse(Totals, stdout)).toMatchObject({
      files: 2,
      launches: { records: 2, spare: 2, terminate: 0 },
      byAccount: { '111122223333': { records: 2 } },
      byRegion: { 'eu-west-1': { records: 1 }, 'us-east-1': { records: 1 } },
      members: 3,
      membersWithoutFiles: [third],
    });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  test('is about the accounts and regions asked for, by other exempt tag keys if they are given', async () => {
    const { stdout } = await replay(
      objects,
      '--json',
      '--totals-only',
      '--exempt',
      '',
      '--account',
      '111122223333',
      '--regions',
      'us-east-1',
    );

    expect(v.parse(Totals, stdout)).toMatchObject({
      launches: { records: 1, terminate: 1 },
      byRegion: { 'us-east-1': { records: 1 } },
      members: 1,
      membersWithoutFiles: [],
    });
    expect(server?.requests.map(({ url }) => url.searchParams.get('prefix'))).not.toContain(
      'logs/AWSLogs/o-a1b2c3d4e5/111122223333/CloudTrail/eu-west-1/',
    );
  });

  test('tells people of members without a log file, on the page too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replay-'));
    const page = join(folder, 'replay.html');

    const { stderr } = await replay(objects, '--format', 'html', '--output', page);

    const sentence = 'Found no log file of 1 of 3 members: every region of 444455556666.';
    expect(stderr).toContain(sentence);
    expect(await readFile(page, 'utf8')).toContain(sentence);
    await rm(folder, { recursive: true });
  });

  test('takes at most 200 MB for 1,700 members, of which one has more log files than a page', async () => {
    const accounts = Array.from({ length: 100 }, (_, index) => String(100_000_000_000 + index));
    const regions = Array.from({ length: 17 }, (_, index) => `eu-west-${index + 1}`);
    members = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
    const files = members.flatMap((member, index) =>
      Array.from(
        { length: index === 500 ? 1_100 : index % 10 === 0 ? 1 : 0 },
        (_, file) => [member, file] as const,
      ),
    );

    const { stdout, exitCode } = await replay(
      new Map(files.map(([member, file]) => [keyOf(member, '2026/03/01', file), logOf(member)])),
      '--json',
      '--totals-only',
      '--exempt',
      '',
    );

    const totals = v.parse(Totals, stdout);
    expect(totals).toMatchObject({
      files: files.length,
      launches: { terminate: files.length },
      members: 1_700,
    });
    expect(totals['peakMemoryMb']).toBeLessThanOrEqual(200);
    expect(exitCode).toBe(0);
  }, 60_000);
});
