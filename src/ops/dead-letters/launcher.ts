import { launcherGroup } from '../replay/totals.ts';
import { shortLauncher } from '../instance-now.ts';

/**
 * The names that a launcher is found by: its ARN, and the parts at its end, down to the last. Of an assumed role also
 * those without its session, which may be another at each launch.
 */
function launcherNames(arn: string | undefined): readonly string[] {
  if (arn === undefined) return ['unknown'];
  return [...namesIn(arn), ...namesIn(launcherGroup(arn))];
}

function namesIn(arn: string): readonly string[] {
  const begins = Array.from(arn.matchAll(/[:/](?=[^:])/g), ({ index }) => index + 1);
  return [0, ...begins].map((begin) => arn.slice(begin));
}

/** What people call it: its last two parts, and the last. */
export function launcherEnds(arn: string | undefined): readonly string[] {
  const short = shortLauncher(arn);
  return [short, short.split('/').at(-1) ?? short];
}

/** @param wanted a name, or `role/*` as `launcherLabel` writes it */
export function fitsLauncher(arn: string | undefined, wanted: string): boolean {
  return launcherNames(arn).includes(wanted.replace(/\/\*$/, ''));
}

/** A launcher for a table: `user/lena`, `deploy/lena` of a role, and `deploy/*` for more than one session of it. */
export function launcherLabel(launchers: readonly (string | undefined)[]): string {
  const names = new Set(launchers.map(shortLauncher));
  const [first = 'unknown'] = names;
  return names.size > 1 ? `${first.split('/')[0]}/*` : first;
}

/** What launchers are counted together by: sessions of one role are one. */
export function launcherKey(launcher: string | undefined): string {
  return launcher === undefined ? 'unknown' : launcherGroup(launcher);
}
