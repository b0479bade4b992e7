import { chartOf, sums, type Counted, type Parts } from './rank-chart.ts';
import type { Chart } from './report.ts';

const DAY = 86_400_000;

/** What a column may stand for. Its label is its place in time as well, so that labels are in order as texts. */
interface Step {
  readonly name: string;
  /** Columns of one plot, at most. */
  readonly most: number;
  readonly label: (at: Date) => string;
  /** A moment within the next column. */
  readonly next: (at: Date) => Date;
}

/** From fine to coarse. Weeks begin on Monday, and are named after it. */
const steps: readonly Step[] = [
  { name: 'day', most: 45, label: dayOf, next: (at) => daysAfter(at, 1) },
  {
    name: 'week',
    most: 45,
    label: (at) => dayOf(daysAfter(at, -((at.getUTCDay() + 6) % 7))),
    next: (at) => daysAfter(at, 7),
  },
  {
    name: 'month',
    most: 48,
    label: (at) => dayOf(at).slice(0, 7),
    next: (at) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1)),
  },
  {
    name: 'year',
    most: Infinity,
    label: (at) => dayOf(at).slice(0, 4),
    next: (at) => new Date(Date.UTC(at.getUTCFullYear() + 1, 0)),
  },
];

/**
 * A column for each day, or week, month or year when there would be too many; also for those of nothing, so that a gap
 * is seen as one.
 *
 * @param title for what each column stands for: `day`, `week`, `month` or `year`
 * @param counted labels are days in UTC, `2026-03-01`; others are left out
 */
export function timeChart(title: (step: string) => string, parts: Parts, counted: readonly Counted[]): Chart {
  const dated = counted
    .filter(({ label }) => /^\d{4}-\d\d-\d\d$/.test(label))
    .map(({ label, counts }) => ({ at: new Date(`${label}T00:00Z`), label, counts }))
    .filter(({ at }) => !Number.isNaN(at.getTime()))
    .toSorted((one, other) => (one.label < other.label ? -1 : 1));
  const [first, last] = [dated.at(0), dated.at(-1)];
  if (first === undefined || last === undefined) return chartOf(title('day'), 'time', parts, []);
  for (const { name, most, label, next } of steps) {
    const labels: string[] = [];
    for (let at = first.at; label(at) <= label(last.at) && labels.length <= most; at = next(at)) {
      labels.push(label(at));
    }
    if (labels.length > most) continue;
    const columns = Map.groupBy(dated, ({ at }) => label(at));
    const bars = labels.map((one) => ({ label: one, counts: sums(parts, columns.get(one) ?? []) }));
    return chartOf(title(name), 'time', parts, bars);
  }
  throw new RangeError('Expected a column for each year to be allowed.');
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function daysAfter(at: Date, days: number): Date {
  return new Date(at.getTime() + days * DAY);
}
