import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as runEsbuild, type BuildOptions, type Metafile } from 'esbuild';
import { builtins } from './builtins.ts';
import { schemaKeys } from './schema-keys.ts';

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
  readonly outputs: Metafile['outputs'];
}

export interface BundleFile {
  /** For example `enforce-name-tag.mjs`; the same in `dist` and, with `.map` behind it, in `dist-maps`. */
  readonly name: string;
  readonly code: string;
  readonly map: string;
}

/** How the functions are bundled; a test bundles the AWS SDK the same way. */
export const options = {
  absWorkingDir: projectFolder,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // "module" first: the CommonJS builds of the SDK cannot be shaken, and call a `require` that ESM lacks.
  mainFields: ['module', 'main'],
  // What the SDK imports when it needs it, and Lambda's functions never do: `aws/environment-credentials.ts` stands in
  // for the providers, no operation streams events, and there is no browser.
  external: [
    ...['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map(
      (provider) => `@aws-sdk/credential-provider-${provider}`,
    ),
    '@smithy/credential-provider-imds',
    '@smithy/core/event-streams',
    'bowser',
  ],
  plugins: [schemaKeys, builtins],
  // The SDK tests each answer for the streams of `fetch`, which it does not use here: Node would load them for it.
  define: { ReadableStream: 'undefined' },
  logLevel: 'silent',
} satisfies BuildOptions;

/** Functions that share files. What stops them is for itself: its client would make their files larger. */
const together = [
  { functions: ['enforce-name-tag', 'second-look'], external: options.external },
  // The client of Lambda loads it at once, for an operation that nobody calls here.
  { functions: ['pause'], external: options.external.filter((name) => !name.endsWith('event-streams')) },
];

/**
 * Bundles the functions into ES modules: one for each function, which a start reads, and beside it those that it loads
 * when an event needs EC2 or has something to tell. esbuild puts what several of them need into `chunk-HASH.mjs`.
 *
 * @throws esbuild's `BuildFailure` with the place of each error, those of the plugins included
 */
export async function bundle(): Promise<Bundle> {
  const builds = await Promise.all(together.map(bundleTogether));
  return {
    files: builds.flatMap(({ files }) => files),
    outputs: Object.fromEntries(builds.flatMap(({ outputs }) => Object.entries(outputs))),
  };
}

async function bundleTogether({ functions, external }: (typeof together)[number]): Promise<Bundle> {
  const { outputFiles, metafile } = await runEsbuild({
    ...options,
    external,
    entryPoints: functions.map((name) => `src/functions/${name}.ts`),
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    outdir: bundleFolder,
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
  });
  const texts = new Map(outputFiles.map((file) => [path.basename(file.path), file.text]));
  const files = [...texts].flatMap(([name, text]) => {
    const map = texts.get(`${name}.map`);
    return map === undefined ? [] : [{ name, code: text + mapComment(name), map }];
  });
  return { files, outputs: metafile.outputs };
}

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
