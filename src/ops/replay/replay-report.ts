import { counted } from '../counted.ts';
import { launcherLabel } from '../report/launcher-label.ts';
import { rankChart, type Counted, type Parts } from '../report/rank-chart.ts';
import type { Report } from '../report/report.ts';
import { timeChart } from '../report/time-chart.ts';
import type { Tally, Totals } from './totals.ts';

const parts: Parts = [
  { name: 'would be terminated', tone: 'alarm' },
  { name: 'spared', tone: 'calm' },
];
const terminated = parts.slice(0, 1);

/**
 * What the enforcer would have done, for who decides whether to switch it on: how much, when, to whom.
 *
 * @param only what the launches were chosen by, as the command line says it; empty for all
 * @param missing what is known to be missing, as a sentence
 */
export function replayReport(totals: Totals, only: string, missing?: string): Report {
  const { all, byLauncher, byAccount, byRegion, byDay, byReason, damagedFiles, damagedRecords } = totals;
  return {
    title: 'What the enforcer would have done',
    about:
      `${counted(all.records, 'RunInstances record')} of ${counted(totals.files, 'log file')} of CloudTrail` +
      `${only === '' ? '' : ` (${only})`}, judged by their launch tags. ` +
      'The enforcer reads the live tags before it terminates: what was named a moment later is counted here too.',
    warnings: [
      ...(damagedFiles + damagedRecords > 0
        ? [
            `${counted(damagedRecords, 'damaged record')} and ${counted(damagedFiles, 'damaged file')} were skipped.`,
          ]
        : []),
      ...(all.unknown > 0
        ? [`${counted(all.unknown, 'instance')} at least are not listed in their record, and in no plot.`]
        : []),
      ...(missing === undefined ? [] : [missing]),
    ],
    figures: [
      { value: all.terminate, label: 'instances would be terminated', tone: 'alarm' },
      { value: all.spare, label: 'instances spared', tone: 'calm' },
      { value: all.unknown, label: 'instances looked for in EC2', tone: 'calm' },
      { value: all.ignore, label: 'calls that started nothing', tone: 'calm' },
    ],
    charts: [
      timeChart((step) => `Launched instances by ${step}`, parts, countedOf(byDay, both)),
      rankChart(
        'Would be terminated by launcher',
        terminated,
        countedOf(byLauncher, nameless, launcherLabel),
      ),
      rankChart('Would be terminated by region', terminated, countedOf(byRegion, nameless)),
      rankChart('Would be terminated by account', terminated, countedOf(byAccount, nameless)),
      rankChart('Instances by verdict and reason', parts, countedOf(byReason, both)),
    ],
    table: {
      title: 'By launcher',
      columns: ['Launcher', 'Records', 'Would be terminated', 'Spared', 'Looked for', 'Started nothing'],
      rows: [...byLauncher]
        .toSorted(([, one], [, other]) => other.terminate - one.terminate || other.records - one.records)
        .map(([launcher, tally]) => rowOf(launcher, tally)),
      empty: 'There is no launch.',
    },
  };
}

function rowOf(launcher: string, { records, terminate, spare, unknown, ignore }: Tally): string[] {
  return [launcher, `${records}`, `${terminate}`, `${spare}`, `${unknown}`, `${ignore}`];
}

function countedOf(
  tallies: ReadonlyMap<string, Tally>,
  countsOf: (tally: Tally) => number[],
  labelOf = (value: string): string => value,
): Counted[] {
  return [...tallies].map(([value, tally]) => ({ label: labelOf(value), counts: countsOf(tally) }));
}

function both({ terminate, spare }: Tally): number[] {
  return [terminate, spare];
}

function nameless({ terminate }: Tally): number[] {
  return [terminate];
}
