import type { TestContext } from 'vitest';

/** What a test measured: a title, and a row of names and values for each run. */
export interface Figures {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
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
