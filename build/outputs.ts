import path from 'node:path';
import type { Metafile } from 'esbuild';

/** esbuild's account of the written files, by path. */
export type Outputs = Metafile['outputs'];

/** What the bundled files import when they run, for example `node:http`. */
export function imports(outputs: Outputs): readonly string[] {
  return [
    ...new Set(Object.values(outputs).flatMap((output) => output.imports.map((imported) => imported.path))),
  ];
}

/** The bundled file itself and those that it imports as it is loaded, and they in turn. */
export function loadedWith(outputs: Outputs, name: string): readonly string[] {
  const loaded = new Set([name]);
  for (const file of loaded) {
    const output = Object.entries(outputs).find(([written]) => path.basename(written) === file)?.[1];
    for (const { kind, path: imported, external } of output?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) loaded.add(path.basename(imported));
    }
  }
  return [...loaded];
}

/** The files that went into a bundled file, with paths relative to the project's folder, and their minified bytes. */
export function inputs(outputs: Outputs, name: string): ReadonlyMap<string, number> {
  const output = Object.entries(outputs).find(([file]) => path.basename(file) === name)?.[1];
  if (output === undefined)
    throw new Error(`Expected a bundled file ${name}, found ${Object.keys(outputs).join(', ')}.`);
  return new Map(Object.entries(output.inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput]));
}

/** Minified bytes of bundled files by npm package or source folder, most first. */
export function contents(outputs: Outputs, ...names: readonly string[]): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  for (const name of names) {
    for (const [input, size] of inputs(outputs, name)) {
      const origin = packageOf(input) ?? path.dirname(input);
      bytes.set(origin, (bytes.get(origin) ?? 0) + size);
    }
  }
  return new Map([...bytes].toSorted(([, a], [, b]) => b - a));
}

function packageOf(input: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
}
