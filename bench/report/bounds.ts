import { subjectNames } from '../harness/subjects.ts';
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
    `Cold kill, ${times('cold kill', subjectNames.enforcer)}: with no library at all it takes ` +
      `${times('cold kill', subjectNames.byHand)}, for Node's HTTPS and cryptography and two calls. The rest is ` +
      'compiling and running the AWS SDK, once.',
  ];
  if (!results.rows.some(({ subject }) => subject === subjectNames.custodian)) return bounds;
  const share = (caseName: string, subject: string): string =>
    `${figure(cpu(caseName, subject) / cpu(caseName, subjectNames.custodian))}×`;
  return [
    ...bounds,
    `CPU time, times Cloud Custodian's: the start of Node.js alone takes ${share('cold compliant', subjectNames.empty)}, a ` +
      `cold kill with no library at all ${share('cold kill', subjectNames.byHand)}.`,
  ];
}
