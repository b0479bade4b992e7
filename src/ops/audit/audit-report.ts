import { counted } from '../counted.ts';
import { launcherLabel } from '../report/launcher-label.ts';
import { rankChart, type Counted, type Parts } from '../report/rank-chart.ts';
import type { Report } from '../report/report.ts';
import { timeChart } from '../report/time-chart.ts';
import type { NamelessInstance } from './audit-place.ts';
import { isOfSeveralAccounts, type Audit } from './audit-places.ts';
import { placesText, problemLines } from './places.ts';
import { sendingText, type Sending } from './send.ts';

const parts: Parts = [{ name: 'nameless', tone: 'alarm' }];

/** What runs nameless, for who was not there: whose it is, where, since when. */
export function auditReport(audit: Audit, sending?: Sending): Report {
  const { places, unread } = audit;
  const ofAccounts = isOfSeveralAccounts(audit);
  const instances = places.flatMap(({ nameless }) => nameless);
  const looked = places.reduce((sum, place) => sum + place.looked, 0);
  const [account] = instances.flatMap((instance) => instance.account ?? []);
  const ofAccount = account === undefined ? '' : ` of ${account}`;
  const count = (labelOf: (instance: NamelessInstance) => string): Counted[] =>
    instances.map((instance) => ({ label: labelOf(instance), counts: [1] }));
  return {
    title: 'EC2 instances without a name',
    about:
      `${counted(instances.length, 'nameless instance')} among ${looked.toLocaleString('en')} in ` +
      `${ofAccounts ? placesText(places) : `${counted(places.length, 'region')}${ofAccount}`}. ` +
      'They run on, since the enforcer looks at launches alone. A launch like theirs would be terminated.',
    warnings: [
      ...problemLines(unread).map((line) => `Not read, so there may be more: ${line}`),
      ...problemLines(places.flatMap(({ remarks }) => remarks)),
      ...(sending === undefined ? [] : [sendingText(sending)]),
    ],
    figures: [
      { value: instances.length, label: 'nameless', tone: 'alarm' },
      { value: looked - instances.length, label: 'named or exempt', tone: 'calm' },
      {
        value: instances.filter(({ autoScalingGroup }) => autoScalingGroup !== undefined).length,
        label: 'of Auto Scaling groups, which would launch them again',
        tone: 'calm',
      },
      {
        value: instances.filter(({ terminationProtection }) => terminationProtection === true).length,
        label: 'protected from termination',
        tone: 'calm',
      },
    ],
    charts: [
      rankChart('Nameless by launcher', parts, count(launcherOf)),
      ...(ofAccounts
        ? [
            rankChart(
              'Nameless by account',
              parts,
              count((instance) => instance.account ?? 'unknown'),
            ),
          ]
        : []),
      rankChart(
        'Nameless by region',
        parts,
        count(({ region }) => region),
      ),
      timeChart((step) => `Nameless by ${step} of launch`, parts, count(launchDay)),
    ],
    table: {
      title: 'Every nameless instance',
      columns: ['Region', 'Account', 'Instance', 'State', 'Type', 'Launched', 'Why', 'Launcher', 'Protected'],
      rows: instances.map((instance) => [
        instance.region,
        instance.account ?? 'unknown',
        instance.instanceId,
        instance.state,
        instance.instanceType ?? 'unknown',
        launchedAt(instance)
          ?.toISOString()
          .replace(/\.\d+Z$/, 'Z') ?? 'unknown',
        instance.reason,
        instance.launcher ?? 'unknown',
        { true: 'yes', false: 'no', undefined: 'unknown' }[`${instance.terminationProtection}`],
      ]),
      empty: 'There is none.',
    },
  };
}

/** Short where CloudTrail told of an ARN; what tags tell is for people already. */
function launcherOf({ launcher, launcherFrom }: NamelessInstance): string {
  return launcherFrom === 'tags' ? (launcher ?? 'unknown') : launcherLabel(launcher);
}

/** Its first launch, else its last start. */
function launchedAt({ launchedAt: first, launchTime }: NamelessInstance): Date | undefined {
  return first === undefined ? launchTime : new Date(first);
}

function launchDay(instance: NamelessInstance): string {
  return launchedAt(instance)?.toISOString().slice(0, 10) ?? 'unknown';
}
