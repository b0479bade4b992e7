import type { TestContext } from 'vitest';

/** Names and values of one run. */
export type FigureRow = Readonly<Record<string, string | number>>;

/** What a test measured: a title, and a row for each run. */
export interface Figures {
  readonly title: string;
  readonly rows: readonly FigureRow[];
}

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figures;
  }
}

/** Hands figures over for printing at the end of all tests. */
export function publish({ task }: TestContext, figures: Figures): void {
  task.meta.figures = figures;
}

/** The value that so many per cent of the values do not exceed; the nearest-rank method. */
export function percentile(percent: number, values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
