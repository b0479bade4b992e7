import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as runEsbuild, type Plugin } from 'esbuild';
import { projectFolder } from '../../../build/bundle.ts';

const fleet = fileURLToPath(new URL('./aggregated-ec2-fleet.ts', import.meta.url));

/**
 * The same handler, bundled as most are: one minified CommonJS file, esbuild's own settings, and the client that has
 * every operation of EC2 imported at the top.
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
    plugins: [aggregatedClient],
    logLevel: 'error',
  });
  return bundle;
}

const aggregatedClient: Plugin = {
  name: 'aggregated-client',
  setup(build) {
    build.onResolve({ filter: /\/lazy-ec2-fleet\.ts$/ }, () => ({ path: fleet }));
  },
};
