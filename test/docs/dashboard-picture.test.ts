import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runScript } from '../support/run-script.ts';

const file = new URL('../../docs/pictures/dashboard.svg', import.meta.url);

/** echarts numbers the pictures of a process. */
const unnumbered = (svg: string): string => svg.replaceAll(/\bzr\d+-/g, 'zr-');

test('the picture in docs/telemetry.md shows the dashboard of the template', async () => {
  // In a process of its own: what else draws with echarts in this one changes its pictures.
  const folder = mkdtempSync(path.join(tmpdir(), 'picture-'));
  const drawn = path.join(folder, 'dashboard.svg');
  await runScript('docs/pictures/draw-dashboard.ts', [drawn]);
  const anew = readFileSync(drawn, 'utf8');
  rmSync(folder, { recursive: true });

  // Where it does not, `npm run picture` draws it anew.
  expect(unnumbered(readFileSync(file, 'utf8')) === unnumbered(anew)).toBe(true);
});

test('it has a title for each widget, and is small', () => {
  const svg = readFileSync(file, 'utf8');

  expect(svg).toContain('EC2 name-tag enforcer (example, mode: terminate)');
  for (const title of ['Is anything wrong?', 'Launches (events)', 'Dead-letter queue (messages)']) {
    expect(svg).toContain(title);
  }
  expect(svg.length).toBeLessThan(200_000);
});
