import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outcomeKinds } from '../../src/enforcer/outcome.ts';
import { anchors } from '../support/anchors.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { publishedMetrics } from '../support/published-metrics.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
const telemetry = read('docs/telemetry.md');

/** The cells of each row of the table that has this first column, without its head. */
function table(page: string, firstColumn: string): string[][] {
  const [, rows = ''] = page.split(new RegExp(`^\\| ${firstColumn} \\|.*\\n\\|[-: |]+\\n`, 'm'));
  const [ofTable = ''] = rows.split(/^(?!\|)/m);
  return ofTable
    .split('\n')
    .flatMap((row) => (row === '' ? [] : [row.split('|').map((cell) => cell.trim())]));
}

/** What stands in the first column of a table between backticks. */
function named(page: string, firstColumn: string): string[] {
  return table(page, firstColumn).flatMap(([, first = '']) =>
    [...first.matchAll(/`(\w[\w-]*)`/g)].map(([, name = '']) => name),
  );
}

test('README.md lists the parameters of the template, each with its default', () => {
  const listed = table(readme, 'Parameter').map(([, name = '', value = '']) => [
    name.replaceAll('`', ''),
    value === 'empty' ? '' : value.replaceAll('`', ''),
  ]);

  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(
      Object.entries(template.Parameters).map(([name, { Default }]) => [name, String(Default)]),
    ),
  );
});

test('README.md lists every outcome', () => {
  expect(named(readme, 'Outcome').toSorted()).toEqual(outcomeKinds.toSorted());
});

test('README.md gives the costs that docs/scale.md works out', () => {
  const workedOut = table(read('docs/scale.md'), ' *launches a month').map(
    ([, launches, nameless, ...parts]) => [launches, nameless, parts.at(-2)],
  );

  const [...told] = table(readme, 'launches a month');
  expect(told.length).toBeGreaterThan(0);
  for (const [, launches, few, all] of told) {
    expect(workedOut).toContainEqual([launches, '1 %', few]);
    expect(workedOut).toContainEqual([launches, '100 %', all]);
  }
});

test('docs/telemetry.md lists the metrics that the function publishes', async () => {
  const published = publishedMetrics().map(({ name }) => name);

  expect(named(telemetry, 'Metrics').toSorted()).toEqual(published.toSorted());
});

test('docs/telemetry.md lists the alarms of the template', () => {
  const alarms = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
  );

  expect(named(telemetry, 'Alarm').toSorted()).toEqual(alarms.toSorted());
});

describe('every link of a page to another file of the project leads there', () => {
  const pages = ['README.md', 'CHANGELOG.md', 'events/README.md', 'test/stack/README.md', 'bench/RESULTS.md'];
  const docs = readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.md'));

  test.each([...pages, ...docs.map((name) => `docs/${name}`)])('%s', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);

    expect(links.filter((link) => !leadsSomewhere(new URL(link, new URL(page, root))))).toEqual([]);
  });
});

function leadsSomewhere(link: URL): boolean {
  const file = new URL(link.pathname, link);
  if (!existsSync(file)) return false;
  return link.hash === '' || anchors(readFileSync(file, 'utf8')).includes(link.hash.slice(1));
}
