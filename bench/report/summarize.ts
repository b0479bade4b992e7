import { median, quantile } from 'simple-statistics';
import type { Sample } from '../harness/measure.ts';
import type { Series } from '../harness/rounds.ts';
import { subjectNames } from '../harness/subjects.ts';
import type { Row, Spread } from './results.ts';

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
      cpu: spread(values(({ cpu }) => cpu)),
      peakMemory: spread(values(({ peakMemory }) => peakMemory)),
      ec2Calls: median(values(({ ec2Calls }) => ec2Calls)),
      logBytes: Math.round(median(values(({ logBytes }) => logBytes))),
      wallRatio: spread(ratios(({ wall }) => wall)),
      cpuRatio: spread(ratios(({ cpu }) => cpu)),
    };
  });
}

export function spread(values: readonly number[]): Spread {
  const of = (share: number): number => Number(quantile([...values], share).toFixed(3));
  return { median: of(0.5), q1: of(0.25), q3: of(0.75) };
}
