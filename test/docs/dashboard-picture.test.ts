import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawDashboard } from '../../docs/pictures/draw-dashboard.ts';

const file = new URL('../../docs/pictures/dashboard.svg', import.meta.url);

/** echarts numbers the pictures of a process. */
const unnumbered = (svg: string): string => svg.replaceAll(/\bzr\d+-/g, 'zr-');

test('the picture in docs/telemetry.md shows the dashboard of the template', () => {
  // Where it does not, `npm run picture` draws it anew.
  expect(unnumbered(readFileSync(file, 'utf8')) === unnumbered(drawDashboard())).toBe(true);
});

test('it has a title for each widget, and is small', () => {
  const svg = readFileSync(file, 'utf8');

  expect(svg).toContain('EC2 name-tag enforcer (example, mode: terminate)');
  for (const title of ['Is anything wrong?', 'Launches (events)', 'Dead-letter queue (messages)']) {
    expect(svg).toContain(title);
  }
  expect(svg.length).toBeLessThan(200_000);
});
