import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inlineSchemaKeys } from './inline-schema-keys.ts';
import { loadedWith, type Outputs } from './output-graph.ts';
import { replaceModules } from './replace-modules.ts';

/** The folder that all paths here are relative to. */
export const projectFolder = fileURLToPath(new URL('..', import.meta.url));

/** The deployed package: all that `CodeUri` of `template.yaml` names. */
export const bundleFolder = path.join(projectFolder, 'dist');

/** Source maps of the bundle, beside the package and not in it: a cold start does not fetch what it never reads. */
export const mapFolder = path.join(projectFolder, 'dist-maps');

/** The bundle in memory. */
export interface Bundle {
  readonly files: readonly BundleFile[];
  /** esbuild's own account of what went where, with paths relative to the project's folder. */
  readonly outputs: Outputs;
}

export interface BundleFile {
  /** For example `handler.mjs`; the same in `dist` and, with `.map` behind it, in `dist-maps`. */
  readonly name: string;
  readonly code: string;
  readonly map: string;
}

/**
 * Bundles the handler into ES modules: the entry, and chunks that are loaded when a dynamic import asks for them.
 *
 * @throws esbuild's `BuildFailure` with the place of each error, those of the plugins included
 */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectFolder,
    entryPoints: [{ in: 'src/handler.ts', out: 'handler' }],
    outdir: bundleFolder,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // "module" first: the CommonJS builds of the SDK cannot be shaken, and call a `require` that ESM lacks.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    plugins: [inlineSchemaKeys, replaceModules],
    logLevel: 'silent',
  });
  const texts = new Map(outputFiles.map((file) => [path.basename(file.path), file.text]));
  const { outputs } = metafile;
  // esbuild also writes chunks for dynamic imports in code that it dropped; nothing reaches those.
  const files = loadedWith(outputs, 'handler.mjs', ['static', 'dynamic']).map((name) => ({
    name,
    code: (texts.get(name) ?? '') + mapComment(name),
    map: texts.get(`${name}.map`) ?? '',
  }));
  return { files, outputs };
}

/**
 * Writes the bundle to `dist` and its maps to `dist-maps`. Chunks carry a hash of their content in their names,
 * and the entry comes last, so a process that loads the bundle meanwhile gets the old one or the new one.
 */
export async function writeBundle({ files }: Bundle): Promise<void> {
  const entryLast = files.toSorted(
    (a, b) => Number(a.name === 'handler.mjs') - Number(b.name === 'handler.mjs'),
  );
  await Promise.all([mkdir(bundleFolder, { recursive: true }), mkdir(mapFolder, { recursive: true })]);
  for (const { name, code, map } of entryLast) {
    await replaceFile(path.join(mapFolder, `${name}.map`), map);
    await replaceFile(path.join(bundleFolder, name), code);
  }
  await removeOthers(bundleFolder, new Set(files.map(({ name }) => name)));
  await removeOthers(mapFolder, new Set(files.map(({ name }) => `${name}.map`)));
}

/** Where Node looks for the map under `--enable-source-maps`; in Lambda the file is not there, which is fine. */
function mapComment(name: string): string {
  return `//# sourceMappingURL=../${path.basename(mapFolder)}/${name}.map\n`;
}

async function replaceFile(file: string, content: string): Promise<void> {
  const written = `${file}.${process.pid}.new`;
  await writeFile(written, content);
  await rename(written, file);
}

async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !kept.has(name) && !name.endsWith('.new'));
  await Promise.all(others.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}
