import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { plot } from '../../../bench/report/plot.ts';
import type { Results, Row, Spread } from '../../../bench/report/results.ts';

function spread(median: number): Spread {
  return { median, q1: median * 0.9, q3: median * 1.1 };
}

function row(subject: string, wall: number): Row {
  return {
    case: 'cold compliant',
    subject,
    wall: spread(wall),
    cpu: wall,
    peakMemory: 50,
    ec2Calls: 0,
    logBytes: 0,
    wallRatio: spread(wall / 40),
    cpuRatio: 1,
  };
}

test('The picture is an SVG with a bar for each subject, as long as its time', () => {
  const results: Results = {
    runtime: "AWS's runtime client",
    at: '2026-01-01T00:00:00.000Z',
    rounds: 20,
    machine: [],
    rows: [row('empty handler', 40), row('Cloud Custodian', 400)],
  };

  const svg = plot(results, ['cold compliant']);

  expect(XMLValidator.validate(svg)).toBe(true);
  const bars = [...svg.matchAll(/<rect x="\d+" y="[\d.]+" width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(bars).toHaveLength(2);
  expect((bars[1] ?? 0) / (bars[0] ?? 1)).toBeCloseTo(10, 1);
  expect(JSON.stringify(new XMLParser().parse(svg))).toContain('400 ms, 10.0×');
});
