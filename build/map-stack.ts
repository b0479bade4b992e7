import { readFile, readdir } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

/**
 * Turns the bundle's places in a text into the source's, for example in a stack trace out of CloudWatch Logs:
 *
 *     npm run --silent map-stack < stack.txt
 *
 *     at Qt (file:///var/task/enforce-name-tag.mjs:2:3380)   becomes
 *     at Qt (src/enforcer/read-launch.ts:58:9)
 *
 * The text may be JSON, so a whole log line will do. The maps are those of `dist-maps`: check out the version that
 * is deployed and run `npm ci && npm run build` first; the same version gives the same bundle. Where the bundle is at hand,
 * Node maps by itself: `NODE_OPTIONS=--enable-source-maps npm start`.
 */
const mapFolder = fileURLToPath(new URL('../dist-maps/', import.meta.url));

const SourceMapJson = v.object({
  version: v.number(),
  file: v.optional(v.string(), ''),
  sources: v.array(v.string()),
  sourcesContent: v.optional(v.array(v.string()), []),
  sourceRoot: v.optional(v.string(), ''),
  names: v.array(v.string()),
  mappings: v.string(),
});

/** By the name of the bundled file, for example `enforce-name-tag.mjs`. */
export type SourceMaps = ReadonlyMap<string, SourceMap>;

/**
 * The text with each place in a bundled file, such as `file:///var/task/enforce-name-tag.mjs:2:3380`, replaced by its place in
 * the source, such as `src/functions/enforce-name-tag.ts:42:11`. Places that no map knows stay as they are.
 */
export function mapStack(stack: string, maps: SourceMaps): string {
  return stack.replaceAll(
    /[^\s()"]*?([\w.-]+\.mjs):(\d+):(\d+)/g,
    (place, file: string, line: string, column: string) => {
      const origin = maps.get(file)?.findOrigin(Number(line), Number(column));
      if (origin === undefined || !('fileName' in origin)) return place;
      return `${origin.fileName.replace(/^(\.\.\/)+/, '')}:${origin.lineNumber}:${origin.columnNumber}`;
    },
  );
}

/** @throws Error that says to build, when there are no maps */
export async function readSourceMaps(folder: string = mapFolder): Promise<SourceMaps> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Error(`Expected source maps in ${folder}. Run \`npm run build\` first.`, { cause });
  });
  const maps = names.map(async (name): Promise<[string, SourceMap]> => {
    const json: unknown = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
    return [path.basename(name, '.map'), new SourceMap(v.parse(SourceMapJson, json))];
  });
  return new Map(await Promise.all(maps));
}

if (import.meta.main) {
  process.stdout.write(mapStack(await text(process.stdin), await readSourceMaps()));
}
