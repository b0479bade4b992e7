import { subjectNames } from '../harness/subjects.ts';
import { rowOf, type Results } from './results.ts';

/** What was to be reached, and what was. */
export interface Target {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly unit: '' | '×';
}

/** The targets that this run can tell of: without Cloud Custodian, none against it. */
export function targetsOf(results: Results): Target[] {
  const ratio = (caseName: string): number =>
    rowOf(results, caseName, subjectNames.enforcer).wallRatio.median;
  const share = (caseName: string): number =>
    rowOf(results, caseName, subjectNames.enforcer).cpu.median /
    rowOf(results, caseName, subjectNames.custodian).cpu.median;
  const against = results.rows.some(({ subject }) => subject === subjectNames.custodian)
    ? ['warm compliant', 'warm kill', 'cold compliant', 'cold kill']
    : [];
  return [
    {
      what: 'cold compliant, times an empty handler',
      limit: 1.15,
      measured: ratio('cold compliant'),
      unit: '×',
    },
    { what: 'cold kill, times an empty handler', limit: 2, measured: ratio('cold kill'), unit: '×' },
    {
      what: 'warm compliant, times an empty handler',
      limit: 1.3,
      measured: ratio('warm compliant'),
      unit: '×',
    },
    ...against.map((caseName) => ({
      what: `CPU time of one event, ${caseName}, times Cloud Custodian's`,
      limit: 0.1,
      measured: share(caseName),
      unit: '×' as const,
    })),
    {
      what: 'EC2 calls for 1,000 nameless instances',
      limit: 6,
      measured: rowOf(results, 'cold kill of 1,000', subjectNames.enforcer).ec2Calls,
      unit: '',
    },
  ];
}

export function isMet({ limit, measured }: Target): boolean {
  return measured <= limit;
}
