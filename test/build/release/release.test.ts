import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { runScript } from '../../support/run-script.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'release-'));
});
afterAll(async () => rm(folder, { recursive: true }));

test('a tag of another version is refused before anything is written', async () => {
  const ended = await runScript('build/release/release.ts', ['--output', folder, '--tag', 'v99.0.0']);

  expect(ended.stderr).toContain(
    `Expected the tag v${manifest.version}, of the version in package.json, got v99.0.0.`,
  );
  expect(ended.exitCode).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('a folder with something in it is left as it is', async () => {
  await writeFile(path.join(folder, 'mine.txt'), '');

  const ended = await runScript('build/release/release.ts', ['--output', folder]);

  expect(ended.stderr).toContain('to be empty, found mine.txt in it');
  expect(ended.exitCode).toBe(1);
  expect(await readdir(folder)).toEqual(['mine.txt']);
});
