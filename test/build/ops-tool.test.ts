import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleTool } from '../../build/ops-tool.ts';
import { packagesOf } from '../../build/packages.ts';
import { contentsOf, loadedWith } from '../../build/sizes.ts';
import manifest from '../../package.json' with { type: 'json' };
import { runScript } from '../support/run-script.ts';

describe("the packed operators' command line", () => {
  let folder: string;
  let built: Metafile;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ops-tool-'));
    built = await bundleTool(folder);
  });
  afterAll(async () => rm(folder, { recursive: true }));

  it('says the same as the checkout, far from any node_modules', async () => {
    const packed = await runScript(path.join(folder, 'name-tag-enforcer-ops.mjs'), ['--help']);

    expect(packed).toEqual(await runScript('src/ops/cli.ts', ['--help']));
    expect(packed.exitCode).toBe(0);
  });

  it('loads nothing of the AWS SDK for its help', () => {
    const origins = [...contentsOf(built, loadedWith(built, 'name-tag-enforcer-ops')).keys()];

    expect(origins).toContain('commander');
    expect(origins.filter((origin) => /^@(aws-sdk|smithy|aws)\//.test(origin))).toEqual([]);
  });

  it('imports nothing but itself and Node.js', () => {
    const foreign = Object.values(built.outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external, path: name }) => external === true && !isBuiltin(name));

    expect(foreign).toEqual([]);
  });

  it('has the licence of every package in it', async () => {
    const texts = await readFile(path.join(folder, 'LICENSES.txt'), 'utf8');
    const packages = await packagesOf(Object.keys(built.inputs));

    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@aws-sdk/client-ec2', '@bomb.sh/tab', 'commander', 'cli-table3']),
    );
    for (const { name, version } of packages) expect(texts).toContain(`${name} ${version}\n`);
    expect(texts).toContain('Permission is hereby granted');
    expect(texts).toContain('Apache License');
  });
});

it('the package leaves npm nothing to fetch and nothing to run at its installation', () => {
  expect(Object.keys(manifest)).not.toContain('dependencies');
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual(
    [],
  );
});
