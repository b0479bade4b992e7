import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { runScript } from '../support/run-script.ts';

const Picture = v.object({
  svg: v.object({ text: v.array(v.object({ tspan: v.union([v.string(), v.array(v.string())]) })) }),
});

/** The lines of the README's picture. */
function pictured(): string[] {
  const svg = readFileSync(new URL('../../docs/pictures/npm-start.svg', import.meta.url), 'utf8');
  const parsed: unknown = new XMLParser({ parseTagValue: false, trimValues: false }).parse(svg);
  return v.parse(Picture, parsed).svg.text.map(({ tspan }) => [tspan].flat().join(''));
}

function untimed(text: string): string {
  return text.replace(/in [\d.]+ s\./, '');
}

test('the picture in README.md shows what npm start prints, and how many cases it leaves out', async () => {
  const { stdout } = await runScript('src/local/start.ts', [], { NO_COLOR: '1' });
  const [prompt, head = '', ...rest] = pictured();
  const cut = rest.findIndex((line) => line.startsWith('...'));
  const shown = rest.slice(0, cut).filter((line) => !line.startsWith(' '));
  const [, left] = /^\.\.\. (\d+) more cases \.\.\.$/.exec(rest[cut] ?? '') ?? [];

  expect(prompt).toBe('$ npm start');
  // Where it does not, `npm run picture` draws it anew.
  const printed = untimed(stdout);
  for (const line of [head, ...rest.toSpliced(cut, 1)]) expect(printed).toContain(untimed(line));
  expect(stdout).toContain(`${shown.length + Number(left)} cases,`);
});
