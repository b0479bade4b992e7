import { XMLBuilder } from 'fast-xml-parser';
import type { Results, Row } from './results.ts';
import { figure } from './targets.ts';

const WIDTH = 760;
const LABELS = 150;
const VALUES = 130;
const BAR = 18;
const STEP = 24;
const HEAD = 34;
const GAP = 16;

const colours: Readonly<Record<string, string>> = {
  'empty handler': '#9aa0a6',
  before: '#57ab5a',
  enforcer: '#1a7f37',
  'by hand, no library': '#8fce9f',
  'naive bundle': '#d4752e',
  'Cloud Custodian': '#8250df',
};

type Element = Readonly<Record<string, unknown>>;

/**
 * Wall times of the cases, as an SVG picture: a panel a case, a bar a subject, a line for the middle half of the rounds.
 *
 * @param cases names of the cases to show
 */
export function plot(results: Results, cases: readonly string[]): string {
  const panels: Element[] = [];
  let top = 44;
  for (const name of cases) {
    const rows = results.rows.filter((row) => row.case === name);
    panels.push(...panel(name, rows, top));
    top += HEAD + rows.length * STEP + GAP;
  }
  const title = `Milliseconds for one event, under ${results.runtime}; median of ${results.rounds} rounds`;
  const svg = {
    '@xmlns': 'http://www.w3.org/2000/svg',
    '@viewBox': `0 0 ${WIDTH} ${top}`,
    '@font-family': 'system-ui, sans-serif',
    '@font-size': 13,
    '@role': 'img',
    '@aria-label': title,
    rect: { '@width': WIDTH, '@height': top, '@fill': '#ffffff' },
    g: [text(16, 26, title, { '@font-size': 15, '@font-weight': 600 }), ...panels],
  };
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });
  return builder.build({ svg });
}

function panel(name: string, rows: readonly Row[], top: number): Element[] {
  const longest = Math.max(...rows.map(({ wall }) => wall.q3));
  const width = (milliseconds: number): number =>
    Number(((milliseconds / longest) * (WIDTH - LABELS - VALUES)).toFixed(1));
  return [
    text(16, top + 16, name, { '@font-weight': 600 }),
    ...rows.map((row, index) => bar(row, top + HEAD + index * STEP - 6, width)),
  ];
}

function bar({ subject, wall, wallRatio }: Row, top: number, width: (ms: number) => number): Element {
  const middle = top + BAR / 2;
  const ends = { '@x1': LABELS + width(wall.q1), '@x2': LABELS + width(wall.q3) };
  return {
    rect: {
      '@x': LABELS,
      '@y': top,
      '@width': width(wall.median),
      '@height': BAR,
      '@fill': colours[subject] ?? '#57606a',
    },
    line: { ...ends, '@y1': middle, '@y2': middle, '@stroke': '#1f2328', '@stroke-width': 2 },
    text: [
      textAt(LABELS - 8, middle + 4, subject, { '@text-anchor': 'end' }),
      textAt(
        LABELS + width(wall.q3) + 8,
        middle + 4,
        `${figure(wall.median)} ms, ${figure(wallRatio.median)}×`,
      ),
    ],
  };
}

function text(x: number, y: number, content: string, style: Element = {}): Element {
  return { text: textAt(x, y, content, style) };
}

function textAt(x: number, y: number, content: string, style: Element = {}): Element {
  return { '@x': x, '@y': y, '@fill': '#1f2328', ...style, '#text': content };
}
