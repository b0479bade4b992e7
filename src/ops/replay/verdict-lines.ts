import { styleText } from 'node:util';
import type { Finding, JudgedRecord } from './judge-record.ts';

/** Widths of the columns; the last one, the launcher, takes the rest of the line. */
const columns = [
  ['TIME', 20],
  ['ACCOUNT', 12],
  ['REGION', 14],
  ['VERDICT', 9],
  ['REASON', 22],
  ['INSTANCES', 24],
] as const;

const colour = {
  terminate: 'red',
  spare: 'green',
  unknown: 'yellow',
  ignore: 'dim',
} as const satisfies Record<Finding['verdict'], Parameters<typeof styleText>[0]>;

/** The line above those of the records. */
export const verdictHead = `${columns.map(([title, width]) => title.padEnd(width)).join('  ')}  LAUNCHER`;

/** One line for each finding of a record. Lines, since a table would have to wait for the last record. */
export function verdictLines(
  record: JudgedRecord,
  findings: readonly Finding[],
  hasColours: boolean,
): string[] {
  const { eventTime = '-', account = '-', region = '-', launcher = '-', errorCode } = record;
  return findings.map((finding) => {
    const { verdict } = finding;
    const reason = verdict === 'ignore' ? (errorCode ?? finding.reason) : finding.reason;
    const cells = [eventTime, account, region, verdict, reason, describeInstances(finding)];
    const padded = cells.map((cell, index) => cell.padEnd(columns[index]?.[1] ?? 0));
    if (hasColours) padded[3] = styleText(colour[verdict], padded[3] ?? '', { validateStream: false });
    return [...padded, launcher].join('  ');
  });
}

function describeInstances({ instanceIds: [first, ...others], instances }: Finding): string {
  if (first !== undefined) return others.length === 0 ? first : `${first} +${others.length}`;
  return instances === 0 ? 'none' : `${instances} or more`;
}
