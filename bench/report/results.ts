import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { median, quantile } from 'simple-statistics';
import * as v from 'valibot';
import type { Sample, Series } from '../harness/measure.ts';
import { subjectNames } from '../harness/subjects.ts';

/** The middle of all rounds, and the quarters of them that lie below and above. */
const SpreadSchema = v.object({ median: v.number(), q1: v.number(), q3: v.number() });
export type Spread = v.InferOutput<typeof SpreadSchema>;

/** One subject in one case; medians where nothing else is said. */
const RowSchema = v.object({
  case: v.string(),
  subject: v.string(),
  /** Milliseconds for one event. */
  wall: SpreadSchema,
  /** Times the empty handler of the same round. */
  wallRatio: SpreadSchema,
  cpu: v.number(),
  cpuRatio: v.number(),
  /** MB. */
  peakMemory: v.number(),
  ec2Calls: v.number(),
  logBytes: v.number(),
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

/** Of what a run leaves behind: `json` is what it measured, `svg` its picture. */
export function resultsFile(runtime: Results['runtime'], kind: 'json' | 'svg'): string {
  return path.join(folder, `${runtime === 'plain Node' ? 'plain-node' : 'runtime-client'}.${kind}`);
}

/** A line a row: what changed from run to run can be read in a comparison. */
export async function saveResults({ rows, ...run }: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  const head = JSON.stringify(run).slice(1, -1);
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  await writeFile(resultsFile(run.runtime, 'json'), `{${head},"rows":[\n${lines}\n]}\n`);
}

/** Of the last run of this kind; undefined when there was none. */
export async function loadResults(runtime: Results['runtime']): Promise<Results | undefined> {
  let text: string;
  try {
    text = await readFile(resultsFile(runtime, 'json'), 'utf8');
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

export function hasSubject({ rows }: Results, subject: string): boolean {
  return rows.some((row) => row.subject === subject);
}

/** One row a series. Ratios are taken round by round, so that what slowed a whole round down falls out of them. */
export function summarize(allSeries: readonly Series[]): Row[] {
  return allSeries.map(({ subject, measuredCase, samples }) => {
    const empty = allSeries.find((one) => one.subject === 'empty' && one.measuredCase === measuredCase);
    const values = (pick: (sample: Sample) => number): number[] => samples.map(pick);
    const ratios = (pick: (sample: Sample) => number): number[] =>
      samples.flatMap((sample, round) => {
        const base = empty?.samples[round];
        return base === undefined ? [] : [pick(sample) / pick(base)];
      });
    return {
      case: measuredCase.name,
      subject: subjectNames[subject],
      wall: spread(values(({ wall }) => wall)),
      wallRatio: spread(ratios(({ wall }) => wall)),
      cpu: spread(values(({ cpu }) => cpu)).median,
      cpuRatio: spread(ratios(({ cpu }) => cpu)).median,
      peakMemory: spread(values(({ peakMemory }) => peakMemory)).median,
      ec2Calls: median(values(({ ec2Calls }) => ec2Calls)),
      logBytes: Math.round(median(values(({ logBytes }) => logBytes))),
    };
  });
}

function spread(values: readonly number[]): Spread {
  const of = (share: number): number => Number(quantile([...values], share).toFixed(3));
  return { median: of(0.5), q1: of(0.25), q3: of(0.75) };
}
