import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { projectFolder } from './bundle.ts';
import { licenceTexts } from './packages.ts';
import { schemaKeys } from './schema-keys.ts';

/** The operators' command line as `npm pack` packs it. */
const toolFolder = path.join(projectFolder, 'dist-ops');

/**
 * Bundles the operators' command line into JavaScript that needs nothing but Node.js 20 or newer, split so that a command
 * loads its own code alone, and puts the licences of the packages in it beside it. Runs before each `npm pack`.
 *
 * @param folder is emptied first
 * @returns esbuild's account of what went where
 * @throws esbuild's `BuildFailure` with the place of each error
 */
export async function bundleTool(folder = toolFolder): Promise<Metafile> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: projectFolder,
    entryPoints: { 'name-tag-enforcer-ops': 'src/ops/cli.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // "module" first: the CommonJS builds of the SDK cannot be shaken.
    mainFields: ['module', 'main'],
    inject: [fileURLToPath(import.meta.resolve('./older-node.ts'))],
    // For the packages in it that are CommonJS.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module';\nconst require = $createRequire(import.meta.url);",
    },
    plugins: [schemaKeys],
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
  });
  await writeFile(path.join(folder, 'LICENSES.txt'), await licenceTexts(Object.keys(metafile.inputs)));
  return metafile;
}

if (import.meta.main) await bundleTool();
