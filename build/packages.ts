import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { projectFolder } from './bundle.ts';

/** An npm package of which code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it, for example `MIT`. */
  readonly licence: string;
  /** Its folder in `node_modules`, from the project's folder. */
  readonly folder: string;
}

const PackageJson = v.object({ name: v.string(), version: v.string(), license: v.string() });

/**
 * The packages that a bundle was made of, in the order of their names.
 *
 * @param inputs the files that esbuild read, from the project's folder
 */
export async function packagesOf(inputs: readonly string[]): Promise<BundledPackage[]> {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const packages = [...folders].map(async (folder): Promise<BundledPackage> => {
    const json: unknown = JSON.parse(
      await readFile(path.join(projectFolder, folder, 'package.json'), 'utf8'),
    );
    const { name, version, license } = v.parse(PackageJson, json);
    return { name, version, licence: license, folder };
  });
  return (await Promise.all(packages)).toSorted((one, other) => one.name.localeCompare(other.name));
}

/**
 * What the licences of bundled packages ask for: their texts, each with the packages that it is of.
 *
 * @param inputs the files that esbuild read, from the project's folder
 */
export async function licenceTexts(inputs: readonly string[]): Promise<string> {
  const parts = new Map<string, string[]>();
  for (const { name, version, licence, folder } of await packagesOf(inputs)) {
    const text = (await licenceFile(folder)) ?? licence;
    parts.set(text, [...(parts.get(text) ?? []), `${name} ${version}`]);
  }
  return [...parts]
    .map(([text, names]) => `${names.join('\n')}\n\n${text.trim()}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Undefined for the few packages that name their licence and give no text. */
async function licenceFile(folder: string): Promise<string | undefined> {
  const files = await readdir(path.join(projectFolder, folder));
  const found = files.find((file) => /^(licen[cs]e|copying)/i.test(file));
  return found === undefined ? undefined : readFile(path.join(projectFolder, folder, found), 'utf8');
}
