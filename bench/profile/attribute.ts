import path from 'node:path';
import * as v from 'valibot';
import type { SourceMaps } from '../../build/map-stack.ts';

const Profile = v.object({
  nodes: v.array(
    v.object({
      id: v.number(),
      callFrame: v.object({
        functionName: v.string(),
        url: v.string(),
        lineNumber: v.number(),
        columnNumber: v.number(),
      }),
    }),
  ),
  samples: v.array(v.number()),
  timeDeltas: v.array(v.number()),
});
type Frame = v.InferOutput<typeof Profile>['nodes'][number]['callFrame'];

/** Milliseconds by what they were spent on. */
export type TimeByOrigin = ReadonlyMap<string, number>;

/** Functions of V8's and Node's that stand for work of a kind. */
const kinds = new Map([
  ['(garbage collector)', 'collecting garbage'],
  ['(program)', 'native code'],
  ['compileSourceTextModule', 'compiling the bundle'],
]);

/**
 * Adds up where a CPU profile's time went: by npm package or source folder in the bundle, Node's own modules, and kinds of
 * work. Waiting is left out.
 */
export function attribute(profile: unknown, maps: SourceMaps): TimeByOrigin {
  const { nodes, samples, timeDeltas } = v.parse(Profile, profile);
  const origins = new Map(nodes.map(({ id, callFrame }) => [id, originOf(callFrame, maps)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const origin = origins.get(id);
    if (origin === undefined) continue;
    times.set(origin, (times.get(origin) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  }
  return times;
}

function originOf(
  { functionName, url, lineNumber, columnNumber }: Frame,
  maps: SourceMaps,
): string | undefined {
  if (functionName === '(idle)' || functionName === '(root)') return undefined;
  const kind = kinds.get(functionName);
  if (kind !== undefined) return kind;
  const map = maps.get(path.basename(url));
  // The top level of a bundled file begins where the first source's does, and is that of all.
  if (map !== undefined && lineNumber === 0 && columnNumber === 0) return 'top level of the bundle';
  // V8 counts lines and columns from 0, as source maps do.
  const entry = map?.findEntry(lineNumber, columnNumber);
  if (entry !== undefined && 'originalSource' in entry) return packageOf(entry.originalSource);
  if (map !== undefined) return 'top level of the bundle';
  return url.startsWith('file:') ? 'code of the measurement' : "Node's own modules";
}

/** For example `@smithy/core`, or `src`. */
function packageOf(source: string): string {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1];
  return inPackage ?? source.replace(/^(\.\.\/)+/, '').split('/')[0] ?? source;
}
