import { subjectNames } from '../harness/subjects.ts';
import { hasSubject, rowOf, type Results } from './results.ts';

/** What was to be reached, and what was. */
export interface Target {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly unit: '' | '×';
}

const { enforcer, custodian, byHand, empty } = subjectNames;

/** The targets that this run can tell of: without Cloud Custodian, none against it. */
export function targetsOf(results: Results): Target[] {
  const timesEmpty = (caseName: string, limit: number): Target => ({
    what: `${caseName}, times an empty handler`,
    limit,
    measured: rowOf(results, caseName, enforcer).wallRatio.median,
    unit: '×',
  });
  const against = ['warm compliant', 'warm kill', 'cold compliant', 'cold kill'].map(
    (caseName) => (): Target => ({
      what: `CPU time of one event, ${caseName}, times Cloud Custodian's`,
      limit: 0.1,
      measured: rowOf(results, caseName, enforcer).cpu / rowOf(results, caseName, custodian).cpu,
      unit: '×',
    }),
  );
  return [
    timesEmpty('cold compliant', 1.15),
    timesEmpty('cold kill', 2.4),
    timesEmpty('warm compliant', 1.15),
    ...(hasSubject(results, custodian) ? against.map((target) => target()) : []),
    {
      what: 'EC2 calls for 1,000 nameless instances',
      limit: 6,
      measured: rowOf(results, 'cold kill of 1,000', enforcer).ec2Calls,
      unit: '',
    },
  ];
}

export function isMet({ limit, measured }: Target): boolean {
  return measured <= limit;
}

/**
 * What keeps the figures of a run from being lower, a sentence a target: the part of it that the project has no say in,
 * measured in the same run.
 */
export function boundsOf(results: Results): string[] {
  const times = (subject: string): string =>
    `${figure(rowOf(results, 'cold kill', subject).wallRatio.median)}×`;
  const kill =
    `Cold kill, ${times(enforcer)}: with no library at all it takes ${times(byHand)}, for Node's HTTPS and ` +
    'cryptography and two calls. The rest is compiling and running the AWS SDK, once.';
  if (!hasSubject(results, custodian)) return [kill];
  const share = (caseName: string, subject: string): string =>
    `${figure(rowOf(results, caseName, subject).cpu / rowOf(results, caseName, custodian).cpu)}×`;
  return [
    kill,
    `CPU time, times Cloud Custodian's: the start of Node.js alone takes ${share('cold compliant', empty)}, a ` +
      `cold kill with no library at all ${share('cold kill', byHand)}.`,
  ];
}

/** Three digits that mean something. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
