import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';

/** The middle of all rounds, and the quarters of them that lie below and above. */
const SpreadSchema = v.object({ median: v.number(), q1: v.number(), q3: v.number() });
export type Spread = v.InferOutput<typeof SpreadSchema>;

const RowSchema = v.object({
  case: v.string(),
  subject: v.string(),
  /** Milliseconds for one event. */
  wall: SpreadSchema,
  cpu: SpreadSchema,
  /** MB. */
  peakMemory: SpreadSchema,
  ec2Calls: v.number(),
  logBytes: v.number(),
  /** Times the empty handler of the same round. */
  wallRatio: SpreadSchema,
  cpuRatio: SpreadSchema,
});
export type Row = v.InferOutput<typeof RowSchema>;

const ResultsSchema = v.object({
  runtime: v.picklist(['plain Node', "AWS's runtime client"]),
  /** When it ended, ISO 8601. */
  at: v.string(),
  rounds: v.number(),
  /** Name and value, as they are to be printed. */
  machine: v.array(v.tuple([v.string(), v.string()])),
  rows: v.array(RowSchema),
});
/** One run of the benchmark. */
export type Results = v.InferOutput<typeof ResultsSchema>;

const folder = path.join(import.meta.dirname, '..', 'results');

function fileOf(runtime: Results['runtime']): string {
  return path.join(folder, runtime === 'plain Node' ? 'plain-node.json' : 'runtime-client.json');
}

export async function saveResults(results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(results.runtime), `${JSON.stringify(results, null, 2)}\n`);
}

/** Of the last run of this kind; undefined when there was none. */
export async function loadResults(runtime: Results['runtime']): Promise<Results | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(runtime), 'utf8');
  } catch {
    return undefined;
  }
  return v.parse(ResultsSchema, JSON.parse(text));
}

/** @throws Error when the run had no such row */
export function rowOf({ rows }: Results, caseName: string, subject: string): Row {
  const row = rows.find((one) => one.case === caseName && one.subject === subject);
  if (row === undefined) throw new Error(`Expected a measurement of ${subject} in ${caseName}, found none.`);
  return row;
}
