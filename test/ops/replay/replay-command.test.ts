import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accountOf,
  kindOf,
  logText,
  otherRecord,
  regionOf,
  roleOf,
  runInstancesRecord,
  writeLogFile,
} from '../../support/cloudtrail-log.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';

let folder: string;
const inFolder = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});
afterAll(async () => rm(folder, { recursive: true }));

/** Without credentials and without a network to look for them in. */
async function replay(...args: string[]): Promise<ScriptRun> {
  return runScript('src/ops/cli.ts', ['replay', ...args], {
    NO_COLOR: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: inFolder('no-config'),
    AWS_SHARED_CREDENTIALS_FILE: inFolder('no-credentials'),
    AWS_ACCESS_KEY_ID: '',
    AWS_PROFILE: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_REGION: 'eu-west-1',
  });
}

function records(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, index) => runInstancesRecord(from + index));
}

const Line = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));
const linesOf = ({ stdout }: ScriptRun): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => v.parse(Line, line));

describe('replay', () => {
  test('prints the verdict on every launch, and totals by reason, region, account and launcher', async () => {
    await writeFile(inFolder('small.json'), logText([...records(0, 7), otherRecord(7)]));

    const { stdout, exitCode } = await replay(inFolder('small.json'));

    const lines = stdout.split('\n');
    const fates = {
      nameless: 'terminate no-name-tag',
      'empty-name': 'terminate empty-name-tag',
      named: 'spare named',
      failed: 'ignore Client.DryRunOperation',
    };
    expect(lines.slice(1, 8).map((line) => line.split(/\s+/).slice(0, 6).join(' '))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((index) => {
        const instance = kindOf(index) === 'failed' ? 'none' : `i-0000000000000000${index}`;
        return `2026-03-01T00:00:0${index}Z ${accountOf(index)} ${regionOf(index)} ${fates[kindOf(index)]} ${instance}`;
      }),
    );
    expect(stdout).toContain(
      '7 RunInstances records, judged by launch tags: 3 instances would be terminated, unless named since; ' +
        '3 instances spared.\n1 call started nothing.\n',
    );
    expect(stdout).toMatch(/Read 8 records of 1 file in [\d.]+ s: [\d,]+ records\/s, peak memory \d+ MB\./);
    expect(exitCode).toBe(0);
  });

  test('reads a folder with the folders in it, by name, and leaves digests and other files alone', async () => {
    const deep = inFolder('trail/AWSLogs/CloudTrail/2026');
    const digests = inFolder('trail/AWSLogs/CloudTrail-Digest/2026');
    await Promise.all([deep, digests].map((path) => mkdir(path, { recursive: true })));
    await writeFile(join(deep, 'b.json.gz'), gzipSync(logText(records(1, 2))));
    await writeFile(join(deep, 'c.json'), logText(records(2, 3)));
    await writeFile(inFolder('trail/a.json'), logText(records(3, 4)));
    await writeFile(join(deep, 'notes.txt'), 'no log file');
    await writeFile(join(digests, 'digest.json.gz'), gzipSync('{"digestStartTime":"..."}'));

    const run = await replay(inFolder('trail'), '--json');

    const lines = linesOf(run);
    expect(lines.map(({ file }) => file)).toEqual([
      join(deep, 'b.json.gz'),
      join(deep, 'c.json'),
      inFolder('trail/a.json'),
      undefined,
    ]);
    expect(lines.at(-1)).toMatchObject({ kind: 'totals', files: 3, records: 3 });
    expect(run.exitCode).toBe(0);
  });

  test('spares what the tag keys of --exempt exempt', async () => {
    await writeFile(inFolder('exempt.json'), logText(records(0, 7)));

    const run = await replay(inFolder('exempt.json'), '--json', '--totals-only', '--exempt', 'team, Owner');

    expect(linesOf(run)).toMatchObject([{ launches: { terminate: 0, spare: 6, ignore: 1 } }]);
  });

  test('prints only the launches asked for, and counts all', async () => {
    await writeFile(inFolder('only.json'), logText(records(0, 7)));

    const run = await replay(inFolder('only.json'), '--json', '--only', 'terminate');

    const lines = linesOf(run);
    expect(lines.map(({ kind, record }) => [kind, record])).toEqual([
      ['launch', 1],
      ['launch', 3],
      ['launch', 5],
      ['totals', undefined],
    ]);
    expect(lines.at(-1)).toMatchObject({ launches: { records: 7, terminate: 3, spare: 3, ignore: 1 } });
  });

  test('shows verdicts in colours where there are colours', async () => {
    await writeFile(inFolder('colours.json'), logText(records(0, 2)));

    const { stdout } = await runScript('src/ops/cli.ts', ['replay', inFolder('colours.json')], {
      FORCE_COLOR: '1',
    });

    expect(stdout).toContain('\u001B[31mterminate\u001B[39m');
    expect(stdout).toContain('\u001B[32mspare    \u001B[39m');
  });

  test('stops quietly when its reader has seen enough', async () => {
    await writeLogFile(inFolder('long.json'), 0, 5_000);

    const tool = spawn(process.execPath, ['src/ops/cli.ts', 'replay', inFolder('long.json')]);
    tool.stdout.once('data', () => tool.stdout.destroy());
    const [stderr, ending] = await Promise.all([text(tool.stderr), once(tool, 'close')]);

    expect(stderr).toBe('');
    expect(ending).toEqual([0, null]);
  });
});

describe('what is damaged', () => {
  test('is named and skipped, all else is counted, and the exit code is 1', async () => {
    const sick = inFolder('sick');
    await mkdir(sick);
    const noId = { ...runInstancesRecord(1), responseElements: { instancesSet: { items: [{}] } } };
    const texts = [runInstancesRecord(0), noId, runInstancesRecord(3)].map((one) => JSON.stringify(one));
    await writeFile(
      join(sick, '1-records.json'),
      `{"Records":[${texts[0]},{"a":tru},7,${texts[1]},${texts[2]}]}`,
    );
    await writeFile(join(sick, '2-cut.json.gz'), gzipSync(logText(records(0, 3))).subarray(0, -30));
    await writeFile(join(sick, '3-other.json'), '{"Events":[]}');
    await writeFile(join(sick, '4-empty.json'), '');
    await writeFile(join(sick, '5-good.json'), logText(records(5, 6)));

    const { stdout, stderr, exitCode } = await replay(sick);

    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Skipped .*1-records\.json, record 2: it is no JSON: .*\.$/),
      expect.stringMatching(/^Skipped .*1-records\.json, record 3: it is no JSON object\.$/),
      expect.stringMatching(
        /^Skipped .*1-records\.json, record 4: it is not what CloudTrail writes: see its responseElements\.instancesSet\.items\.0\.instanceId\.$/,
      ),
      expect.stringMatching(
        /^Skipped .*2-cut\.json\.gz: it is damaged from some point on: gzip cannot decompress it/,
      ),
      expect.stringMatching(/^Skipped .*3-other\.json: it is no CloudTrail log file: expected/),
      expect.stringMatching(/^Skipped .*4-empty\.json: it is empty\.$/),
    ]);
    expect(stdout).toContain('Skipped 3 damaged records and 3 damaged files, named above.');
    expect(stdout).toContain('i-00000000000000005');
    expect(exitCode).toBe(1);
  });

  test('is told to programs as well', async () => {
    await writeFile(inFolder('sick.json'), `{"Records":[{"a":tru},${JSON.stringify(runInstancesRecord(1))}`);

    await writeFile(inFolder('other.json'), '{"Events":[]}');

    const run = await replay(inFolder('sick.json'), inFolder('other.json'), '--json');

    expect(linesOf(run)).toMatchObject([
      { kind: 'damaged', file: inFolder('sick.json'), record: 1 },
      {
        kind: 'damaged',
        file: inFolder('sick.json'),
        record: 2,
        problem: 'does not end before the file does',
      },
      { kind: 'damaged', file: inFolder('other.json') },
      { kind: 'totals', damagedRecords: 2, damagedFiles: 1 },
    ]);
    expect(run.exitCode).toBe(1);
  });
});

describe('what cannot be done is told in one line, with exit code 2:', () => {
  test.each([
    ['no source', [], "error: missing required argument 'source'"],
    [
      'no such file',
      ['no-such-file.json'],
      'Expected a log file, a folder of them, or s3://bucket/prefix, found no `no-such-file.json`.',
    ],
    [
      'a folder without log files',
      ['src/ops'],
      'Expected log files (.json or .json.gz) under `src/ops`, found none.',
    ],
    ['no bucket', ['s3://'], 'Expected s3://bucket/prefix with the name of a bucket, found `s3://`.'],
    [
      'no such verdict',
      ['events', '--only', 'kill'],
      "error: option '--only <verdict>' argument 'kill' is invalid.",
    ],
    [
      'blank tag keys',
      ['events', '--exempt', 'a,,b'],
      'Expected exempt tag keys of 1 to 128 characters, separated by single commas, found "a,,b".',
    ],
    ['no credentials', ['s3://some-bucket/logs'], 'Found no AWS credentials.'],
  ])('%s', async (_, args, expected) => {
    const { stdout, stderr, exitCode } = await replay(...args);

    expect(stderr.split('\n')[0]).toContain(expected);
    expect(stdout.trimEnd().split('\n').length).toBeLessThan(2);
    expect(exitCode).toBe(2);
  });
});

describe('50,000 records', () => {
  const count = 50_000;
  /** MB, whatever the number of records. */
  const budget = 200;

  /** What the records were made to come to. */
  function expected(group: (index: number) => string): Record<string, object> {
    const tallies: Record<
      string,
      { records: number; terminate: number; spare: number; unknown: 0; ignore: number }
    > = {};
    for (let index = 0; index < count; index++) {
      const tally = (tallies[group(index)] ??= { records: 0, terminate: 0, spare: 0, unknown: 0, ignore: 0 });
      const kind = kindOf(index);
      tally.records++;
      tally[kind === 'named' ? 'spare' : kind === 'failed' ? 'ignore' : 'terminate']++;
    }
    return tallies;
  }

  test.each(['many.json', 'many.json.gz'])(
    'in one file (%s) are added up rightly in at most 200 MB',
    async (name) => {
      await writeLogFile(inFolder(name), 0, count);

      const run = await replay(inFolder(name), '--json', '--totals-only');

      const [totals] = linesOf(run);
      expect(totals).toMatchObject({
        files: 1,
        records: count,
        damagedRecords: 0,
        launches: expected(() => 'all')['all'],
        byAccount: expected(accountOf),
        byRegion: expected(regionOf),
        byLauncher: expected((index) => `arn:aws:sts::${accountOf(index)}:assumed-role/${roleOf(index)}`),
      });
      expect(totals?.['recordsPerSecond']).toBeGreaterThan(0);
      expect(totals?.['peakMemoryMb']).toBeLessThanOrEqual(budget);
      expect(run.exitCode).toBe(0);
    },
    60_000,
  );
});
