import type { Chart, Tone } from './report.ts';

/** Bars of one plot; the rest is one bar more. */
const MOST_BARS = 12;

/** Something that is counted, once for each of the parts it falls into. */
export interface Counted {
  readonly label: string;
  /** Numbers by part, in the order of the parts. */
  readonly counts: readonly number[];
}

/** Parts of each bar, from its foot. */
export type Parts = readonly { readonly name: string; readonly tone: Tone }[];

/** A bar for each label, the longest first. Many labels are cut to those with the most, and one for all others. */
export function rankChart(title: string, parts: Parts, counted: readonly Counted[]): Chart {
  const labels = [...Map.groupBy(counted, ({ label }) => label)]
    .map(([label, ofLabel]) => ({ label, counts: sums(parts, ofLabel) }))
    .filter(({ counts }) => total(counts) > 0)
    .toSorted((one, other) => total(other.counts) - total(one.counts));
  const rest = labels.slice(MOST_BARS);
  const bars = labels.slice(0, MOST_BARS);
  if (rest.length > 0) {
    bars.push({ label: `${rest.length.toLocaleString('en')} others`, counts: sums(parts, rest) });
  }
  return chartOf(title, 'rank', parts, bars);
}

/** The chart of bars that are in order already. */
export function chartOf(title: string, kind: Chart['kind'], parts: Parts, bars: readonly Counted[]): Chart {
  return {
    title,
    kind,
    labels: bars.map(({ label }) => label),
    series: parts.map((part, index) => ({ ...part, values: bars.map(({ counts }) => counts[index] ?? 0) })),
  };
}

export function sums(parts: Parts, counted: readonly Counted[]): number[] {
  return parts.map((_, index) => counted.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
