import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankChart, type Parts } from '../../../src/ops/report/rank-chart.ts';
import type { Chart } from '../../../src/ops/report/report.ts';
import { timeChart } from '../../../src/ops/report/time-chart.ts';

const parts: Parts = [
  { name: 'open', tone: 'alarm' },
  { name: 'settled', tone: 'calm' },
];

function valuesOf({ labels, series }: Chart): Record<string, number[]> {
  return Object.fromEntries(
    labels.map((label, index) => [label, series.map(({ values }) => values[index] ?? 0)]),
  );
}

function sumOf({ series }: Chart): number {
  return series.flatMap(({ values }) => values).reduce((sum, value) => sum + value, 0);
}

const counts = fc.tuple(fc.nat(1000), fc.nat(1000));

describe('a plot of ranks', () => {
  test('has a bar for each label, the longest first, and none for nothing', () => {
    const chart = rankChart('By cause', parts, [
      { label: 'b', counts: [1, 0] },
      { label: 'a', counts: [1, 3] },
      { label: 'b', counts: [0, 1] },
      { label: 'c', counts: [0, 0] },
    ]);

    expect(chart.labels).toEqual(['a', 'b']);
    expect(valuesOf(chart)).toEqual({ a: [1, 3], b: [1, 1] });
    expect(chart.series.map(({ name, tone }) => [name, tone])).toEqual([
      ['open', 'alarm'],
      ['settled', 'calm'],
    ]);
  });

  test('counts the labels after the first twelve as others', () => {
    const many = Array.from({ length: 15 }, (_, index) => ({ label: `l${index}`, counts: [20 - index, 0] }));

    expect(rankChart('', parts, many).labels.slice(10)).toEqual(['l10', 'l11', '3 others']);
    expect(valuesOf(rankChart('', parts, many))['3 others']).toEqual([8 + 7 + 6, 0]);
  });

  test('loses nothing, whatever there is', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ label: fc.string(), counts })), (counted) => {
        const chart = rankChart('', parts, counted);
        const expected = counted.flatMap((one) => one.counts).reduce((sum, count) => sum + count, 0);

        expect(sumOf(chart)).toBe(expected);
        expect(chart.labels.length).toBeLessThanOrEqual(13);
      }),
    );
  });
});

const over = (...labels: readonly string[]): Chart =>
  timeChart(
    (step) => `By ${step}`,
    parts,
    labels.map((label) => ({ label, counts: [1, 0] })),
  );

describe('a plot over time', () => {
  test('has a column for each day, those of nothing too', () => {
    const chart = over('2026-03-02', '2026-02-27', '2026-02-27');

    expect(chart.title).toBe('By day');
    expect(valuesOf(chart)).toEqual({
      '2026-02-27': [2, 0],
      '2026-02-28': [0, 0],
      '2026-03-01': [0, 0],
      '2026-03-02': [1, 0],
    });
  });

  test('has a column for each week, named after its Monday, when days would be too many', () => {
    const chart = over('2026-01-04', '2026-01-05', '2026-03-01');

    expect(chart.title).toBe('By week');
    expect(chart.labels.slice(0, 3)).toEqual(['2025-12-29', '2026-01-05', '2026-01-12']);
    expect(chart.labels.at(-1)).toBe('2026-02-23');
  });

  test('has a column for each month, or year, when weeks would be too many', () => {
    expect(over('2025-01-31', '2026-03-01')).toMatchObject({ title: 'By month' });
    expect(over('2025-01-31', '2026-03-01').labels.slice(0, 3)).toEqual(['2025-01', '2025-02', '2025-03']);
    expect(over('2019-12-31', '2026-03-01').labels).toEqual([
      '2019',
      '2020',
      '2021',
      '2022',
      '2023',
      '2024',
      '2025',
      '2026',
    ]);
  });

  test('leaves out what is no day, and is empty without any', () => {
    expect(over('(unknown)', '2026-13-01').labels).toEqual([]);
    expect(over('(unknown)', '2026-03-01').labels).toEqual(['2026-03-01']);
  });

  test('loses no day, and is in order without gaps, whatever the days', () => {
    const day = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.array(fc.record({ label: day, counts }), { maxLength: 40 }), (counted) => {
        const chart = timeChart((step) => step, parts, counted);

        expect(sumOf(chart)).toBe(
          counted.flatMap((one) => one.counts).reduce((sum, count) => sum + count, 0),
        );
        expect(chart.labels).toEqual([...new Set(chart.labels)].toSorted());
        expect(chart.labels.length).toBeLessThanOrEqual(51);
      }),
    );
  });
});
