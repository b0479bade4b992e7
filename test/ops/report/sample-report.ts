import type { Report } from '../../../src/ops/report/report.ts';

/** A report that has these texts wherever a report has texts, and a plot of each kind. */
export function reportOf(texts: readonly string[]): Report {
  const [first = 'text'] = texts;
  const values = texts.map((_, index) => index + 1);
  const one = { name: first, tone: 'alarm', values } as const;
  const other = { name: `${first} too`, tone: 'calm', values } as const;
  return {
    title: first,
    about: first,
    warnings: texts,
    figures: [
      { value: 1234, label: first, tone: 'alarm' },
      { value: 0, label: 'nothing', tone: 'alarm' },
    ],
    charts: [
      { title: first, kind: 'rank', labels: texts, series: [one] },
      { title: first, kind: 'rank', labels: texts, series: [one, other] },
      { title: first, kind: 'time', labels: texts, series: [one, other] },
      { title: 'empty', kind: 'rank', labels: [], series: [] },
    ],
    table: {
      title: first,
      columns: ['Text', 'Number', 'Time'],
      rows: texts.map((text, index) => [
        text,
        `${(index * 7) % 11}`,
        `2026-03-0${(index % 9) + 1}T00:00:00Z`,
      ]),
      empty: first,
    },
  };
}
