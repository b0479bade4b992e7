import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify, styleText } from 'node:util';
import { Command } from 'commander';
import { zipSync } from 'fflate';
import manifest from '../../package.json' with { type: 'json' };
import { bundle, projectFolder } from '../bundle.ts';
import { bundleTool } from '../ops-tool.ts';
import { packagesOf } from '../packages.ts';
import { changelogSection } from './changelog.ts';
import { sbomOf } from './sbom.ts';

/** `npm run release`: writes the files of a release into a folder. Nothing is sent anywhere. */
const { output, tag } = new Command('npm run release --')
  .description(
    'Writes the files of a release: the template with the zipped functions, the package of the operators’ tool, ' +
      'a bill of materials, the notes out of CHANGELOG.md, and the checksums of all of them.',
  )
  .requiredOption('--output <folder>', 'where to; it must be empty or not there yet')
  .option(
    '--tag <tag>',
    'of this version, for example v1.0.0; without it the notes are those of "Unreleased", if there is such a section',
  )
  .parse()
  .opts<{ output: string; tag?: string }>();

const { name, version } = manifest;
const run = promisify(execFile);

try {
  await release(path.resolve(output));
} catch (error) {
  console.error(styleText('red', error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}

async function release(folder: string): Promise<void> {
  if (tag !== undefined && tag !== `v${version}`) {
    throw new Error(`Expected the tag v${version}, of the version in package.json, got ${tag}.`);
  }
  const changelog = await readFile(path.join(projectFolder, 'CHANGELOG.md'), 'utf8');
  const isUnreleased = tag === undefined && /^## \[?Unreleased/m.test(changelog);
  const notes = changelogSection(changelog, isUnreleased ? 'Unreleased' : version);
  await mkdir(folder, { recursive: true });
  const found = await readdir(folder);
  if (found.length > 0) {
    throw new Error(`Expected ${folder} to be empty, found ${found[0]} in it. Name another folder.`);
  }

  const write = async (file: string, content: string | Uint8Array): Promise<void> =>
    writeFile(path.join(folder, file), content);
  await write('NOTES.md', notes);
  await writeTemplate(write);
  // What the template's metadata and `sam deploy` look for beside it.
  for (const file of ['README.md', 'LICENSE', 'samconfig.toml']) {
    await copyFile(path.join(projectFolder, file), path.join(folder, file));
  }
  await npm('pack', '--pack-destination', folder);
  await write('sbom.cdx.json', await sbom());
  await write('SHA256SUMS', await checksums(folder));
  console.log((await readdir(folder)).join('\n'));
}

/** The template, with the zipped functions in the place of the folder that they are built into. */
async function writeTemplate(
  write: (file: string, content: string | Uint8Array) => Promise<void>,
): Promise<void> {
  const { files } = await bundle();
  const zip = `${name}-functions-${version}.zip`;
  // The same bytes for the same code, whenever it is built.
  const mtime = '1980-01-01T00:00:00';
  const content = files.map(({ name: file, code }): [string, Uint8Array] => [file, Buffer.from(code)]);
  await write(zip, zipSync(Object.fromEntries(content), { level: 9, mtime }));

  const template = await readFile(path.join(projectFolder, 'template.yaml'), 'utf8');
  const packaged = template.replaceAll(/^( *Code(?:Uri)?: )dist$/gm, `$1${zip}`);
  if (packaged === template || /: dist$/m.test(packaged))
    throw new Error('Expected template.yaml to name `dist` by `CodeUri` and `Code` alone.');
  await write('template.yaml', packaged);
}

/** Of the packages in the functions and in the tool. */
async function sbom(): Promise<string> {
  const { outputs } = await bundle();
  const folder = await mkdtemp(path.join(tmpdir(), 'release-'));
  const tool = await bundleTool(folder);
  await rm(folder, { recursive: true });
  const inputs = [...Object.values(outputs), ...Object.values(tool.outputs)].flatMap((part) =>
    Object.keys(part.inputs),
  );
  const json: unknown = JSON.parse(await npm('sbom', '--sbom-format', 'cyclonedx'));
  return `${JSON.stringify(sbomOf(json, name, await packagesOf(inputs)), undefined, 2)}\n`;
}

/** In the form that `sha256sum --check` reads. */
async function checksums(folder: string): Promise<string> {
  const lines = (await readdir(folder)).toSorted().map(async (file) => {
    const hash = createHash('sha256').update(await readFile(path.join(folder, file)));
    return `${hash.digest('hex')}  ${file}\n`;
  });
  return (await Promise.all(lines)).join('');
}

async function npm(...args: readonly string[]): Promise<string> {
  // On Windows `npm` is a script, which only a shell can run.
  const settings = { cwd: projectFolder, shell: process.platform === 'win32', maxBuffer: 2 ** 26 };
  const { stdout } = await run('npm', args, settings);
  return stdout;
}
