import { stringify } from 'csv-stringify/sync';
import { counted } from '../counted.ts';
import type { Output } from '../output.ts';
import type { NamelessInstance } from './audit-place.ts';
import { isOfSeveralAccounts, type Audit } from './audit-places.ts';
import { placesText, problemLines } from './places.ts';
import { sendingText } from './send.ts';
import type { Sending } from './send.ts';

export const formats = ['table', 'json', 'csv', 'html'] as const;
export type Format = (typeof formats)[number];

/** Prints what was found, of a report the summary alone; remarks go to stderr, so that a program gets its JSON or CSV alone. */
export function printAudit(output: Output, format: Format, audit: Audit, sending?: Sending): void {
  const instances = audit.places.flatMap(({ nameless }) => nameless);
  switch (format) {
    case 'table':
    case 'html':
      if (format === 'table') printTable(output, instances, isOfSeveralAccounts(audit));
      printSummary(output, audit, instances.length);
      if (sending !== undefined) output.line(sendingText(sending));
      break;
    case 'json':
      output.document({
        regions: audit.places.map(({ account, region, looked, nameless }) => ({
          account: account ?? null,
          region,
          instances: looked,
          nameless: nameless.length,
        })),
        unreadRegions: audit.unread.map(({ account, region, problem }) => ({
          account: account ?? null,
          region,
          problem,
        })),
        instances: instances.map(toPlain),
        ...(sending && { sending: { ...sending, dueAt: new Date(sending.dueAt).toISOString() } }),
      });
      break;
    case 'csv':
      output.programLines([toCsv(instances).trimEnd()]);
      if (sending !== undefined) output.note(sendingText(sending));
      break;
  }
  for (const line of problemLines(audit.places.flatMap(({ remarks }) => remarks))) output.note(line);
}

function printTable(output: Output, instances: readonly NamelessInstance[], ofAccounts: boolean): void {
  if (instances.length === 0) return;
  const head = [
    ...(ofAccounts ? ['Account'] : []),
    'Region',
    'Instance',
    'Type',
    'Launched',
    'Why',
    'Launcher',
    'Auto Scaling group',
    'Protected',
  ];
  output.table(
    head,
    instances.map((instance) => [
      ...(ofAccounts ? [instance.account ?? 'unknown'] : []),
      instance.region,
      `${instance.instanceId}${instance.state === 'running' ? '' : `\n${instance.state}`}`,
      instance.instanceType ?? 'unknown',
      instance.launchTime?.toISOString().replace(/\.\d+Z$/, 'Z') ?? 'unknown',
      instance.reason,
      instance.launcher === undefined ? 'unknown' : `${instance.launcher}\n(from ${instance.launcherFrom})`,
      instance.autoScalingGroup ?? '-',
      protectionCell(instance),
    ]),
  );
}

function protectionCell({ terminationProtection }: NamelessInstance): string {
  if (terminationProtection === undefined) return 'unknown';
  return terminationProtection ? 'yes' : 'no';
}

function printSummary({ line }: Output, { places }: Audit, nameless: number): void {
  const looked = places.reduce((sum, place) => sum + place.looked, 0);
  line(
    nameless === 0
      ? `No nameless instance among ${counted(looked, 'instance')} in ${placesText(places)}.`
      : `${counted(nameless, 'nameless instance')} among ${looked.toLocaleString('en')} in ${placesText(places)}. ` +
          'They run on: the enforcer looks at launches. Give each a Name tag, or its launcher a way to set one, or have ' +
          'the enforcer judge them: --send.',
  );
}

const columns = [
  'region',
  'account',
  'instanceId',
  'state',
  'reason',
  'launchTime',
  'instanceType',
  'launcher',
  'launcherFrom',
  'autoScalingGroup',
  'terminationProtection',
] as const satisfies readonly (keyof NamelessInstance)[];

/** For a program: what is not known is null, and never left out. */
function toPlain(instance: NamelessInstance): Record<(typeof columns)[number], string | boolean | null> {
  return {
    region: instance.region,
    account: instance.account ?? null,
    instanceId: instance.instanceId,
    state: instance.state,
    reason: instance.reason,
    launchTime: instance.launchTime?.toISOString() ?? null,
    instanceType: instance.instanceType ?? null,
    launcher: instance.launcher ?? null,
    launcherFrom: instance.launcherFrom ?? null,
    autoScalingGroup: instance.autoScalingGroup ?? null,
    terminationProtection: instance.terminationProtection ?? null,
  };
}

/** What is not known is empty. Whoever sets a tag must not set a formula of a spreadsheet. */
function toCsv(instances: readonly NamelessInstance[]): string {
  return stringify(instances.map(toPlain), {
    header: true,
    columns: [...columns],
    escape_formulas: true,
    cast: { boolean: (value) => String(value) },
  });
}
