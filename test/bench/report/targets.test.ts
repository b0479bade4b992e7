import { expect, test } from 'vitest';
import type { Results, Row, Spread } from '../../../bench/report/results.ts';
import { boundsOf } from '../../../bench/report/targets.ts';

const spread = (median: number): Spread => ({ median, q1: median, q3: median });

function row(caseName: string, subject: string, ratio: number, cpu: number): Row {
  return {
    case: caseName,
    subject,
    wall: spread(ratio * 40),
    cpu,
    peakMemory: 50,
    ec2Calls: 0,
    logBytes: 0,
    wallRatio: spread(ratio),
    cpuRatio: ratio,
  };
}

const own = [
  row('cold compliant', 'empty handler', 1, 36),
  row('cold compliant', 'enforcer', 1.17, 42),
  row('warm compliant', 'enforcer', 1.38, 1),
  row('cold kill', 'enforcer', 2.09, 76),
  row('cold kill', 'by hand, no library', 1.34, 48),
];

function results(rows: readonly Row[]): Results {
  return { runtime: 'plain Node', at: '2026-01-01T00:00:00.000Z', rounds: 20, machine: [], rows: [...rows] };
}

test('Each figure stands beside the part of it that the project has no say in', () => {
  const custodian = [
    row('cold compliant', 'Cloud Custodian', 10, 400),
    row('cold kill', 'Cloud Custodian', 11, 400),
  ];

  const bounds = boundsOf(results([...own, ...custodian]));

  expect(bounds).toHaveLength(2);
  expect(bounds[0]).toMatch(/2\.09×.* 1\.34×/);
  expect(bounds[1]).toMatch(/0\.09×.* 0\.12×/);
});

test('Without Cloud Custodian nothing is said of it', () => {
  expect(boundsOf(results(own)).join('\n')).not.toContain('Custodian');
});
