import { globSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { bundle, bundleFolder, projectFolder, writeBundle } from '../../build/bundle.ts';

/** Vitest's global setup: tests that run the bundle find it built from the present sources. */
export async function setup(): Promise<void> {
  if ((await builtAt()) < (await changedAt())) await writeBundle(await bundle());
}

async function builtAt(): Promise<number> {
  return modifiedAt(path.join(bundleFolder, 'enforce-name-tag.mjs')).catch(() => 0);
}

async function changedAt(): Promise<number> {
  const files = globSync(['src/**/*.ts', 'build/**/*.ts', 'package-lock.json'], { cwd: projectFolder });
  return Math.max(
    ...(await Promise.all(files.map(async (file) => modifiedAt(path.join(projectFolder, file))))),
  );
}

async function modifiedAt(file: string): Promise<number> {
  const { mtimeMs } = await stat(file);
  return mtimeMs;
}
