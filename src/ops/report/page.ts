import { createHash } from 'node:crypto';
import { h, type ComponentChild } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { counted } from '../counted.ts';
import { harmless } from '../text-for-people.ts';
import { drawChart } from './draw-chart.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { Chart, KeyFigure, Report, ReportTable } from './report.ts';

/**
 * The report as one HTML page that asks for nothing else. Texts are escaped by the template library, and what turns the
 * direction of text or cannot be seen is written out. A Content-Security-Policy says the rest: the page's own script runs,
 * and no other; nothing is fetched. Styles may stand in the page, since plots have theirs in attributes.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
 *
 * @param at when it was made
 */
export function renderPage(report: Report, at: Date): string {
  const { title, about, warnings, figures, charts, table } = report;
  const hash = createHash('sha256').update(pageScript).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('title', {}, harmless(title)),
      h('style', { dangerouslySetInnerHTML: { __html: pageStyle } }),
    ),
    h(
      'body',
      {},
      h(
        'header',
        {},
        h('h1', {}, harmless(title)),
        h('p', {}, harmless(about)),
        h('p', { class: 'faint' }, 'Made ', timeOf(at), ' by name-tag-enforcer-ops.'),
      ),
      h(
        'main',
        {},
        warnings.length > 0 &&
          h('ul', { class: 'warnings' }, ...warnings.map((text) => h('li', {}, harmless(text)))),
        h('dl', { class: 'figures' }, ...figures.map(figureBox)),
        h('div', { class: 'charts' }, ...charts.filter(({ labels }) => labels.length > 0).map(chartBox)),
        tableSection(table),
      ),
      h('script', { dangerouslySetInnerHTML: { __html: pageScript } }),
    ),
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

function timeOf(at: Date): ComponentChild {
  const text = at.toISOString();
  return h('time', { datetime: text }, text);
}

function figureBox({ value, label, tone }: KeyFigure): ComponentChild {
  const number = value.toLocaleString('en');
  return h('div', { class: value > 0 ? tone : 'calm' }, h('dt', {}, harmless(label)), h('dd', {}, number));
}

/** The plot is one picture to a screen reader, which reads its numbers out. */
function chartBox(chart: Chart): ComponentChild {
  const { title, labels, series } = chart;
  const numbers = labels.map((label, index) => {
    const values = series.map(
      ({ name, values: all }) => `${all[index] ?? 0}${series.length > 1 ? ` ${harmless(name)}` : ''}`,
    );
    return `${harmless(label)}: ${values.join(', ')}`;
  });
  return h(
    'figure',
    {},
    h('figcaption', {}, harmless(title)),
    h('div', {
      role: 'img',
      'aria-label': `${harmless(title)}. ${numbers.join('; ')}.`,
      dangerouslySetInnerHTML: { __html: drawChart(chart) },
    }),
  );
}

function tableSection({ title, columns, rows, empty }: ReportTable): ComponentChild {
  const head = h('h2', { id: 'table' }, harmless(title));
  if (rows.length === 0) return h('section', { class: 'table' }, head, h('p', {}, harmless(empty)));
  const filter: ComponentChild = h('label', { hidden: true }, 'Rows with ', h('input', { type: 'search' }));
  return h(
    'section',
    { class: 'table' },
    head,
    h('div', { class: 'tools' }, filter, h('span', { role: 'status' }, counted(rows.length, 'row'))),
    h(
      'div',
      { class: 'scroll', role: 'region', 'aria-labelledby': 'table', tabindex: 0 },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...columns.map((text) => h('th', { scope: 'col' }, harmless(text))))),
        h('tbody', {}, ...rows.map(tableRow)),
      ),
    ),
  );
}

/** Characters of an id, a time or a number: none of them is broken at the end of a line. */
const LONGEST_WORD = 32;

function tableRow(cells: readonly string[]): ComponentChild {
  return h('tr', {}, ...cells.map(tableCell));
}

function tableCell(text: string): ComponentChild {
  const isWord = text.length <= LONGEST_WORD && !/\s/.test(text);
  return h('td', isWord ? { class: 'word' } : {}, harmless(text));
}
