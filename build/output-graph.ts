import path from 'node:path';
import type { Metafile } from 'esbuild';

/** esbuild's account of the written files, by path. */
export type Outputs = Metafile['outputs'];

/** `static`: loaded with the importing file. `dynamic`: loaded when the import is run. */
export type ImportKind = 'static' | 'dynamic';

/** The name of the file in the bundle whose entry is this source file. */
export function outputOf(outputs: Outputs, source: string): string {
  const found = Object.entries(outputs).find(([, output]) => output.entryPoint === source);
  if (found === undefined)
    throw new Error(`Expected a bundled file made of ${source}, found none. Is it imported?`);
  return path.basename(found[0]);
}

/** The names of the files that are loaded with this one, itself first, by imports of these kinds. */
export function loadedWith(outputs: Outputs, name: string, kinds: readonly ImportKind[]): readonly string[] {
  const byName = new Map(Object.entries(outputs).map(([file, output]) => [path.basename(file), output]));
  const loaded = new Set([name]);
  for (const file of loaded) {
    for (const imported of byName.get(file)?.imports ?? []) {
      if (imported.external !== true && kinds.includes(kindOf(imported.kind))) {
        loaded.add(path.basename(imported.path));
      }
    }
  }
  return [...loaded];
}

/** What the file imports from outside the bundle, for example `node:http`. */
export function externalImports(outputs: Outputs): readonly string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return [
    ...new Set(imports.filter((imported) => imported.external === true).map((imported) => imported.path)),
  ];
}

/** Minified bytes a package or source file of the project put into the file, most first. */
export function contents(outputs: Outputs, name: string): ReadonlyMap<string, number> {
  const inputs = Object.entries(outputs).find(([file]) => path.basename(file) === name)?.[1].inputs ?? {};
  const bytes = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    const origin = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.replace(/\/[^/]*$/, '');
    bytes.set(origin, (bytes.get(origin) ?? 0) + bytesInOutput);
  }
  return new Map([...bytes].toSorted(([, a], [, b]) => b - a));
}

function kindOf(kind: string): ImportKind {
  return kind === 'dynamic-import' ? 'dynamic' : 'static';
}
