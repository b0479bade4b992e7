import { counted } from '../counted.ts';
import type { Member } from '../organization/members.ts';

/** Whose log files a replay looked for. */
export interface MembersRead {
  readonly members: readonly Member[];
  /** Those of them that have none. Complete when the replay is. */
  readonly withoutFiles: readonly Member[];
}

/** Accounts, and regions, that are named. */
const MOST_NAMED = 5;

/** Which members have no log file, in one sentence however many they are, and why that may be; undefined for none. */
export function describeWithoutFiles({ members, withoutFiles }: MembersRead): string | undefined {
  if (withoutFiles.length === 0) return undefined;
  const all = Map.groupBy(members, ({ account }) => account);
  const silent = [...Map.groupBy(withoutFiles, ({ account }) => account)].flatMap(([account, missing]) =>
    missing.length === all.get(account)?.length ? [account] : [],
  );
  const others = withoutFiles.filter(({ account }) => !silent.includes(account));
  const regions = [...Map.groupBy(others, ({ region }) => region)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([region, missing]) => `${region} of ${counted(missing.length, 'account')}`);
  const groups = [
    ...(silent.length > 0 ? [`every region of ${named(silent, 'account')}`] : []),
    ...(regions.length > 0 ? [named(regions, 'region')] : []),
  ];
  return (
    `Found no log file of ${withoutFiles.length.toLocaleString('en')} of ${counted(members.length, 'member')}: ` +
    `${groups.join('; ')}. Nothing was called there, or the trail does not log it.`
  );
}

function named(values: readonly string[], noun: string): string {
  const more = values.length - MOST_NAMED;
  return values.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${counted(more, `more ${noun}`)}` : '');
}
