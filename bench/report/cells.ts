import type { Row, Spread } from './results.ts';
import { isMet, type Target } from './targets.ts';

export const rowHead = [
  'case',
  'subject',
  'wall ms',
  '× empty',
  'CPU ms',
  '× empty',
  'peak MB',
  'EC2 calls',
  'log bytes',
];

/** A row for people: the median, and in brackets the quarters. */
export function rowCells(row: Row): string[] {
  return [
    row.case,
    row.subject,
    withQuarters(row.wall),
    withQuarters(row.wallRatio),
    figure(row.cpu.median),
    figure(row.cpuRatio.median),
    row.peakMemory.median.toFixed(0),
    String(row.ec2Calls),
    row.logBytes.toLocaleString('en-US'),
  ];
}

export const targetHead = ['target', 'at most', 'measured', ''];

export function targetCells(target: Target): string[] {
  const { what, limit, measured, unit } = target;
  return [what, `${limit}${unit}`, `${figure(measured)}${unit}`, isMet(target) ? 'met' : 'missed'];
}

function withQuarters({ median, q1, q3 }: Spread): string {
  return `${figure(median)} (${figure(q1)}–${figure(q3)})`;
}

/** Three digits that mean something. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
