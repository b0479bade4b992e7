import { expect, test } from 'vitest';
import type { Sample } from '../../../bench/harness/measure.ts';
import { summarize } from '../../../bench/report/results.ts';

const measuredCase = {
  name: 'cold compliant',
  start: 'cold',
  launch: { instances: 1, named: true, answer: 'full' },
  subjects: ['empty', 'enforcer'],
} as const;

function sample(wall: number): Sample {
  return { wall, cpu: wall / 2, peakMemory: 50, ec2Calls: 0, logBytes: 1_000.4 };
}

test('Ratios are of the same round, so that a round in which all is slow does not shift them', () => {
  const [empty, enforcer] = summarize([
    { subject: 'empty', measuredCase, samples: [sample(40), sample(400), sample(40)] },
    { subject: 'enforcer', measuredCase, samples: [sample(44), sample(440), sample(44)] },
  ]);

  expect(empty?.wallRatio).toEqual({ median: 1, q1: 1, q3: 1 });
  expect(enforcer?.wallRatio).toEqual({ median: 1.1, q1: 1.1, q3: 1.1 });
  expect(enforcer).toMatchObject({ case: 'cold compliant', subject: 'enforcer', logBytes: 1_000 });
  expect(enforcer?.wall.median).toBe(44);
});
