import { figure } from './cells.ts';
import { rowOf, type Results } from './results.ts';

/**
 * What keeps the figures of a run from being lower, a sentence a target: the part of it that the project has no say in,
 * measured in the same run.
 */
export function boundsOf(results: Results): string[] {
  const times = (caseName: string, subject: string): string =>
    `${figure(rowOf(results, caseName, subject).wallRatio.median)}×`;
  const cpu = (caseName: string, subject: string): number => rowOf(results, caseName, subject).cpu.median;
  const bounds = [
    `Cold compliant, ${times('cold compliant', 'enforcer')}: the log line and the metrics alone, through the Powertools, ` +
      `take ${times('cold compliant', 'Powertools alone')}.`,
    `Warm compliant, ${times('warm compliant', 'enforcer')}: they alone take ${times('warm compliant', 'Powertools alone')}.`,
    `Cold kill, ${times('cold kill', 'enforcer')}: with no library at all it takes ` +
      `${times('cold kill', 'by hand, no library')}, for Node's HTTPS and cryptography and two calls. The rest is ` +
      'compiling and running the AWS SDK, once, and the Powertools.',
  ];
  if (!results.rows.some(({ subject }) => subject === 'Cloud Custodian')) return bounds;
  const share = (caseName: string, subject: string): string =>
    `${figure(cpu(caseName, subject) / cpu(caseName, 'Cloud Custodian'))}×`;
  return [
    ...bounds,
    `CPU time, times Cloud Custodian's: the start of Node.js alone takes ${share('cold compliant', 'empty handler')}, a ` +
      `cold kill with no library at all ${share('cold kill', 'by hand, no library')}.`,
  ];
}
