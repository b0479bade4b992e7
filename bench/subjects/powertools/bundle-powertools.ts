import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePart } from '../../../build/bundle.ts';
import { replaceModules } from '../../../build/replace-modules.ts';

const handler = fileURLToPath(new URL('./handler.ts', import.meta.url));

/**
 * Logging and metrics alone, bundled as the enforcer's entry is.
 *
 * @returns path of the bundle
 */
export async function bundlePowertools(folder: string): Promise<string> {
  const made = path.join(folder, 'powertools');
  await mkdir(made, { recursive: true });
  const { files } = await bundlePart([handler], [replaceModules('entry')]);
  for (const { name, code } of files) await writeFile(path.join(made, name), code);
  return path.join(made, 'handler.mjs');
}
