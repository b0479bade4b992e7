import type { Case } from './cases.ts';
import { measure, type Sample, type WarmEvents } from './measure.ts';
import type { Start, SubjectName } from './subjects.ts';

/** One subject in one case: a sample a round, in the order of the rounds. */
export interface Series {
  readonly subject: SubjectName;
  readonly measuredCase: Case;
  readonly samples: Sample[];
}

/**
 * Runs all subjects through all cases, round by round, so that whatever else the machine does falls on all alike. The
 * order turns from round to round. One more round goes ahead and is dropped: it warms the disk's cache.
 */
export async function runRounds(
  rounds: number,
  starts: ReadonlyMap<SubjectName, Start>,
  cases: readonly Case[],
  events: WarmEvents,
  onRound: (round: number) => void,
): Promise<Series[]> {
  const series = cases.flatMap((measuredCase) =>
    measuredCase.subjects
      .filter((subject) => starts.has(subject))
      .map((subject): Series => ({ subject, measuredCase, samples: [] })),
  );
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    const turn = (round * 7) % series.length;
    for (const { subject, measuredCase, samples } of [...series.slice(turn), ...series.slice(0, turn)]) {
      const start = starts.get(subject);
      if (start === undefined) continue;
      const sample = await measure(subject, start, measuredCase, events);
      if (round > 0) samples.push(sample);
    }
  }
  return series;
}
