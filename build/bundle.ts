import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as runEsbuild, type Plugin } from 'esbuild';
import { directImports } from './direct-imports.ts';
import { inlineSchemaKeys } from './inline-schema-keys.ts';
import { keptMembers } from './kept-members.ts';
import type { Outputs } from './outputs.ts';
import { plainBuiltins, plainDynamicImports } from './plain-builtins.ts';
import { replaceModules } from './replace-modules.ts';
import { rewriteSources } from './rewrite-sources.ts';

/** The folder that all paths here are relative to. */
export const projectFolder = fileURLToPath(new URL('..', import.meta.url));

/** The deployed package: all that `CodeUri` of `template.yaml` names. */
export const bundleFolder = path.join(projectFolder, 'dist');

/** Source maps of the bundle, beside the package and not in it: a cold start does not fetch what it never reads. */
export const mapFolder = path.join(projectFolder, 'dist-maps');

/** The source files that import a client of the AWS SDK. The handler loads each when an event needs it. */
const onDemandSources = ['src/aws/ec2-fleet.ts', 'src/aws/event-bus.ts'];

/** The bundle in memory. */
export interface Bundle {
  readonly files: readonly BundleFile[];
  /** esbuild's own account of what went where, with paths relative to the project's folder. */
  readonly outputs: Outputs;
}

export interface BundleFile {
  /** For example `enforce-name-tag.mjs`; the same in `dist` and, with `.map` behind it, in `dist-maps`. */
  readonly name: string;
  readonly code: string;
  readonly map: string;
}

/**
 * Bundles the handler into ES modules:
 *
 * - `enforce-name-tag.mjs`, all that a start reads
 * - `ec2-fleet.mjs`, which it loads when an event needs EC2
 * - `event-bus.mjs`, which it loads when it has something to tell, after the kill
 * - `chunk-HASH.mjs`, the core of the AWS SDK, that both of those need
 * - `event-streams-HASH.mjs`, which would be loaded for an operation that streams events, and none does
 *
 * What the handler and the others need is in both, so that a start reads one file; a test keeps that to modules whose
 * copies do no harm.
 *
 * @throws esbuild's `BuildFailure` with the place of each error, those of the plugins included
 */
export async function bundle(): Promise<Bundle> {
  const [entry, onDemand] = await Promise.all([
    bundlePart(['src/functions/enforce-name-tag.ts'], [loadedOnDemand, replaceModules('entry')]),
    bundlePart(onDemandSources, [
      replaceModules('on-demand'),
      plainBuiltins,
      rewriteSources(inlineSchemaKeys, keptMembers, directImports, plainDynamicImports),
    ]),
  ]);
  return {
    files: [...entry.files, ...onDemand.files],
    outputs: { ...entry.outputs, ...onDemand.outputs },
  };
}

/**
 * Bundles source files into one ES module each, and modules of what they share.
 *
 * @param sources absolute paths, or paths from the project's folder
 */
export async function bundlePart(sources: string[], plugins: Plugin[]): Promise<Bundle> {
  const { outputFiles, metafile } = await runEsbuild({
    absWorkingDir: projectFolder,
    entryPoints: sources,
    entryNames: '[name]',
    splitting: true,
    // The SDK's reading of browsers' user agents, which is shaken off and would leave its file behind.
    external: ['bowser'],
    outdir: bundleFolder,
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // "module" first: the CommonJS builds of the SDK cannot be shaken, and call a `require` that ESM lacks.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    minify: true,
    define: notLookedAt,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    plugins,
    logLevel: 'silent',
  });
  const texts = new Map(outputFiles.map((file) => [path.basename(file.path), file.text]));
  const files = [...texts].flatMap(([name, text]) => {
    const map = texts.get(`${name}.map`);
    return map === undefined ? [] : [{ name, code: text + mapComment(name), map }];
  });
  return { files, outputs: metafile.outputs };
}

/**
 * What the libraries look at without need, and Node makes when it is looked at: `process.stdout` and `process.stderr`,
 * which the Powertools hand to the console that `replacements/console.ts` stands in for; and streams of the web, for
 * which the SDK tests every answer, and which come from `fetch` alone.
 */
const notLookedAt = {
  'process.stdout': 'undefined',
  'process.stderr': 'undefined',
  ReadableStream: 'undefined',
};

/** Leaves the dynamic import of such a source file as one of its bundled file. */
const loadedOnDemand: Plugin = {
  name: 'loaded-on-demand',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path: file }) =>
      kind === 'dynamic-import' &&
      onDemandSources.some((source) => path.basename(source) === path.basename(file))
        ? { path: `./${path.basename(file, '.ts')}.mjs`, external: true }
        : undefined,
    );
  },
};

/** Writes the bundle to `dist` and its maps to `dist-maps`, whole file by whole file, and removes what else is there. */
export async function writeBundle({ files }: Bundle): Promise<void> {
  await Promise.all([mkdir(bundleFolder, { recursive: true }), mkdir(mapFolder, { recursive: true })]);
  for (const { name, code, map } of files) {
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
  // Not beside the file: what is in `dist` gets deployed.
  const written = path.join(mapFolder, `${path.basename(file)}.${process.pid}.new`);
  await writeFile(written, content);
  await rename(written, file);
}

async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  // Another build may be about to put its new files in place.
  const others = (await readdir(folder)).filter((name) => !kept.has(name) && !name.endsWith('.new'));
  await Promise.all(
    others.map(async (name) => rm(path.join(folder, name), { recursive: true, force: true })),
  );
}
