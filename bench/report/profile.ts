import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { markdownTable } from 'markdown-table';
import * as v from 'valibot';
import { figure } from './cells.ts';

const ProfileSchema = v.object({
  runs: v.number(),
  columns: v.array(v.string()),
  /** Milliseconds by column. */
  rows: v.array(v.object({ origin: v.string(), times: v.array(v.number()) })),
});
/** Where the time of cold starts goes. */
export type Profile = v.InferOutput<typeof ProfileSchema>;

const file = path.join(import.meta.dirname, '..', 'results', 'profile.json');

/** Milliseconds: what takes less in every column is summed up as the rest. */
const WORTH_A_ROW = 0.3;

export async function saveProfile(profile: Profile): Promise<void> {
  await writeFile(file, `${JSON.stringify(profile, null, 2)}\n`);
}

/** Undefined when there was none made. */
export async function loadProfile(): Promise<Profile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  return v.parse(ProfileSchema, JSON.parse(text));
}

/** What takes most first, as the last column has it. */
export function profileTable({ columns, rows }: Profile): string {
  const shown = rows.filter(isShown).toSorted((a, b) => (b.times.at(-1) ?? 0) - (a.times.at(-1) ?? 0));
  const sums = (some: Profile['rows']): number[] =>
    columns.map((_, column) => some.reduce((sum, { times }) => sum + (times[column] ?? 0), 0));
  const rest = { origin: 'the rest', times: sums(rows.filter((row) => !isShown(row))) };
  const all = { origin: '**in all**', times: sums(rows) };
  const cells = [...shown, rest, all].map(({ origin, times }) => [origin].concat(times.map(figure)));
  return markdownTable([['ms', ...columns], ...cells], { align: ['l', ...columns.map(() => 'r')] });
}

function isShown({ times }: Profile['rows'][number]): boolean {
  return times.some((time) => time >= WORTH_A_ROW);
}
