import { SourceMap } from 'node:module';
import { expect, test } from 'vitest';
import { attribute } from '../../../bench/profile/attribute.ts';

/** Of a bundled file whose first line has `src/functions/enforce-name-tag.ts` from its beginning on, and `valibot` from column 100 on. */
const map = new SourceMap({
  file: 'enforce-name-tag.mjs',
  version: 3,
  sources: ['../src/functions/enforce-name-tag.ts', '../node_modules/valibot/dist/index.mjs'],
  sourcesContent: [],
  names: [],
  // Columns 0 and 100, each the beginning of its source.
  mappings: 'AAAA,oGCAA',
  sourceRoot: '',
});

function frame(functionName: string, url: string, columnNumber = 0) {
  return { functionName, url, lineNumber: 0, columnNumber };
}

test('Time goes to the package that a function came from, and the top level of a bundled file to nobody', () => {
  const frames = [
    frame('a', 'file:///dist/enforce-name-tag.mjs', 20),
    frame('b', 'file:///dist/enforce-name-tag.mjs', 120),
    frame('', 'file:///dist/enforce-name-tag.mjs', 0),
    frame('require', 'node:internal/bootstrap/realm', 5),
    frame('(garbage collector)', ''),
    frame('call', 'file:///bench/subjects/by-hand.mjs', 3),
    frame('(idle)', ''),
  ];
  const nodes = frames.map((callFrame, id) => ({ id, callFrame }));

  const times = attribute(
    { nodes, samples: frames.map((_, id) => id), timeDeltas: frames.map((_, id) => (id + 1) * 1_000) },
    new Map([['enforce-name-tag.mjs', map]]),
  );

  expect(Object.fromEntries(times)).toEqual({
    src: 1,
    valibot: 2,
    'top level of the bundle': 3,
    "Node's own modules": 4,
    'collecting garbage': 5,
    'code of the measurement': 6,
  });
});
