import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountOf, logText, roleOf, runInstancesRecord } from '../../support/cloudtrail-log.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';

let folder: string;
let log: string;
const indexes = [...Array(20).keys()];

// One launch a second from 2026-03-01T00:00:00Z on, in two accounts, by five roles.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
  log = join(folder, 'log.json');
  const user = {
    ...runInstancesRecord(3),
    userIdentity: { arn: 'arn:aws:iam::111122223333:user/staff/lena' },
  };
  await writeFile(log, logText(indexes.map((index) => (index === 3 ? user : runInstancesRecord(index)))));
});
afterAll(async () => rm(folder, { recursive: true }));

async function replay(...args: readonly string[]): Promise<ScriptRun> {
  return runScript('src/ops/cli.ts', ['replay', log, ...args], { NO_COLOR: '1', AWS_PROFILE: '' });
}

const Line = v.pipe(
  v.string(),
  v.parseJson(),
  v.variant('kind', [
    v.object({ kind: v.literal('launch'), record: v.number() }),
    v.object({ kind: v.literal('totals'), launches: v.object({ records: v.number() }) }),
  ]),
);

/** The launches that were printed, by their place in the log, with the number of those that were counted. */
async function found(
  ...args: readonly string[]
): Promise<{ indexes: number[]; counted: number | undefined }> {
  const { stdout } = await replay('--json', ...args);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => v.parse(Line, line));
  return {
    indexes: lines.flatMap((line) => (line.kind === 'launch' ? [line.record - 1] : [])),
    counted: lines.flatMap((line) => (line.kind === 'totals' ? [line.launches.records] : [])).at(-1),
  };
}

const those = (wanted: (index: number) => boolean) => {
  const fitting = indexes.filter(wanted);
  return { indexes: fitting, counted: fitting.length };
};

const second = (index: number): string => `2026-03-01T00:00:${String(index).padStart(2, '0')}Z`;
const role = (index: number): string => `arn:aws:sts::${accountOf(index)}:assumed-role/${roleOf(index)}`;

describe.concurrent('replay prints and counts only the launches', () => {
  test.each([
    ['from --since on', ['--since', second(7)], those((index) => index >= 7)],
    ['before --until', ['--until', second(7)], those((index) => index < 7)],
    [
      'between both, in any zone',
      ['--since', '2026-03-01T01:00:05+01:00', '--until', second(8)],
      those((index) => index >= 5 && index < 8),
    ],
    ['of the days', ['--since', '2026-03-01', '--until', '2026-03-02'], those(() => true)],
    ['of an account', ['--account', accountOf(0)], those((index) => accountOf(index) === accountOf(0))],
    ['of any of several accounts', ['--account', accountOf(0), '--account', accountOf(1)], those(() => true)],
    ['by a role, by its name', ['--launcher', 'ci'], those((index) => roleOf(index) === 'ci')],
    ['by a role, in every session', ['--launcher', role(4)], those((index) => role(index) === role(4))],
    ['by a session', ['--launcher', `${role(4)}/session-4`], those((index) => index === 4)],
    ['by a session, by its short name', ['--launcher', 'ci/session-4'], those((index) => index === 4)],
    ['by a user, by its name', ['--launcher', 'lena'], those((index) => index === 3)],
    [
      'that pass everything',
      ['--account', accountOf(0), '--launcher', 'ci', '--until', second(10)],
      those((index) => index === 4),
    ],
  ])('%s', async (_, args, expected) => {
    expect(await found(...args)).toEqual(expected);
  });

  test('of so long ago, at most', async () => {
    const { stderr, exitCode } = await replay('--since', '1d');

    expect(stderr).toContain('Found no launch that passes all criteria');
    expect(exitCode).toBe(2);
  });
});

describe.concurrent('a typo never looks healthy: exit code 2, and what there is, for', () => {
  const among =
    'among 20 RunInstances records of 111122223333, 444455556666, from 2026-03-01T00:00:00Z to 2026-03-01T00:00:19Z.\n';

  test.each([
    [
      'an account that is nowhere',
      ['--account', '999988887777'],
      `Found no launch that fits --account 999988887777, ${among}`,
    ],
    [
      'one of two accounts',
      ['--account', '111122223333', '--account', '999988887777'],
      `Found no launch that fits --account 999988887777, ${among}`,
    ],
    [
      'a launcher that is nowhere',
      ['--launcher', 'deplyo'],
      `Found no launch that fits --launcher deplyo, ${among}`,
    ],
    ['a time of none', ['--until', '2026-01-01'], `Found no launch that passes all criteria, ${among}`],
    [
      'what fits one by one, and not together',
      ['--launcher', 'lena', '--account', '111122223333'],
      `Found no launch that passes all criteria, ${among}`,
    ],
  ])('%s', async (_, args, expected) => {
    const { stderr, exitCode } = await replay('--totals-only', ...args);

    expect(stderr).toBe(expected);
    expect(exitCode).toBe(2);
  });

  test.each([
    [
      'a time that is none',
      ['--since', 'yesterday'],
      "argument 'yesterday' is invalid. Expected a time such as 2026-03-01T09:00:00Z",
    ],
    ['a time without a zone', ['--until', '2026-03-01T09:00:00'], 'Expected a time such as'],
    ['a day that is none', ['--until', '2026-02-30'], 'Expected a time such as'],
    ['an account that can be none', ['--account', '1111'], 'Expected the 12 digits of an account.'],
    ['a blank launcher', ['--launcher', ' '], 'Expected an ARN, or the name of a user or role.'],
    [
      'times in the wrong order',
      ['--since', '2026-03-02', '--until', '2026-03-01'],
      'Expected --since to be before --until, found 2026-03-02T00:00:00.000Z and 2026-03-01T00:00:00.000Z.',
    ],
  ])('%s, before anything is read', async (_, args, expected) => {
    const { stdout, stderr, exitCode } = await replay(...args);

    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});
