import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logText, runInstancesRecord } from '../../support/cloudtrail-log.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';

let folder: string;
const inFolder = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  await writeFile(inFolder('log.json'), logText([0, 1, 2].map((index) => runInstancesRecord(index))));
});
afterAll(async () => rm(folder, { recursive: true }));

async function replay(...args: readonly string[]): Promise<ScriptRun> {
  return runScript('src/ops/cli.ts', ['replay', inFolder('log.json'), ...args], {
    NO_COLOR: '1',
    AWS_PROFILE: '',
  });
}

describe('--format html', () => {
  test('writes one page to the file, prints totals without launches, and says where the page is', async () => {
    await writeFile(inFolder('report.html'), 'x'.repeat(1_000_000));
    const run = await replay('--format', 'html', '--output', inFolder('report.html'));
    const page = await readFile(inFolder('report.html'), 'utf8');

    expect(page).toMatch(/^<!doctype html>\n<html lang="en">[^]*<\/html>\n$/);
    expect(run.stdout).toContain('2 instances would be terminated');
    expect(run.stdout).not.toContain('LAUNCHER');
    expect(run.stdout).toMatch(/\nThe report is in .*report\.html\.\n$/);
    expect(run).toMatchObject({ stderr: '', exitCode: 0 });
  });

  test.each([
    [
      'no file is named',
      ['--format', 'html'],
      'Expected --output FILE together with --format html, found none.',
    ],
    [
      'the format is another',
      ['--output', 'x.html'],
      'Expected --output together with --format html, found --format table.',
    ],
    [
      'JSON is asked for as well',
      ['--json', '--format', 'html', '--output', 'x.html'],
      'Expected --format html or --json, found both.',
    ],
    [
      'there is no such folder',
      ['--format', 'html', '--output', join('no-such-folder', 'x.html')],
      'Expected a folder that exists for --output no-such-folder/x.html, found no folder `no-such-folder`.',
    ],
  ])('is refused before any work when %s', async (_, args, expected) => {
    const run = await replay(...args);

    expect(run).toEqual({ stdout: '', stderr: `${expected}\n`, exitCode: 2 });
  });

  test.each([['--regions', 'eu-west-1,us-east-1'], ['--summary']])(
    'of dead letters is refused before any work with %s',
    async (...args) => {
      const list = ['dead-letters', 'list', '--format', 'html', '--output', inFolder('letters.html')];

      const run = await runScript('src/ops/cli.ts', [...list, ...args]);

      expect(run).toMatchObject({ stdout: '', exitCode: 2 });
      expect(run.stderr).toContain(`found ${args[0] === '--summary' ? 'both' : '--regions'}.`);
    },
  );

  test('says in one line that the file cannot be written', async () => {
    const run = await replay('--format', 'html', '--output', folder);

    expect(run.stderr).toMatch(/^Could not write the report to `.*` \(EISDIR: .*\)\.\n$/);
    expect(run.exitCode).toBe(2);
  });
});
