import path from 'node:path';
import { build as runEsbuild } from 'esbuild';
import { projectFolder } from '../../../build/bundle.ts';

/**
 * The same handler, bundled as most are: one minified CommonJS file with esbuild's own settings.
 *
 * @returns path of the bundle
 */
export async function bundleNaive(folder: string): Promise<string> {
  const bundle = path.join(folder, 'naive', 'handler.cjs');
  await runEsbuild({
    absWorkingDir: projectFolder,
    entryPoints: ['src/functions/enforce-name-tag.ts'],
    outfile: bundle,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
  });
  return bundle;
}
