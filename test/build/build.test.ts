import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundleFolder, mapFolder, projectFolder } from '../../build/bundle.ts';

const run = async (...options: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [path.join(projectFolder, 'build', 'build.ts'), ...options]);

describe('npm run build', () => {
  it('prints each part with its size, its budget and what is largest in it', async () => {
    const { stdout } = await run();

    expect(stdout).toMatch(/entry +│ +[\d.]+ kB │ +30\.0 kB │ +\d+ % │ src\/functions [\d.]+ kB/);
    expect(stdout).toMatch(/EC2 chunk +│ +[\d.]+ kB │ +220\.0 kB │/);
  });

  it('prints nothing with --quiet when all is well', async () => {
    await expect(run('--quiet')).resolves.toEqual({ stdout: '', stderr: '' });
  });

  it('puts the source maps beside the package and not into it, and the files say where', async () => {
    const files = await readdir(bundleFolder);
    const handler = await readFile(path.join(bundleFolder, 'enforce-name-tag.mjs'), 'utf8');

    expect(files.filter((file) => !file.endsWith('.mjs'))).toEqual([]);
    expect((await readdir(mapFolder)).toSorted()).toEqual(files.map((file) => `${file}.map`).toSorted());
    expect(handler.trimEnd()).toMatch(
      /\n\/\/# sourceMappingURL=\.\.\/dist-maps\/enforce-name-tag\.mjs\.map$/,
    );
  });
});
