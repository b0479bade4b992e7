import { launcherName } from '../../enforcer/launcher-name.ts';
import { launcherGroup } from '../replay/totals.ts';

/**
 * What launchers are told apart by in a plot: a role for all of its sessions, `deploy`; but of IAM Identity Center the
 * person, who is the session there. Same names of several accounts are one.
 *
 * @param launcher an ARN, or what is nearest to one
 */
export function launcherLabel(launcher: string | undefined): string {
  if (launcher === undefined) return 'unknown';
  return launcherName(launcher.includes('/AWSReservedSSO_') ? launcher : launcherGroup(launcher));
}
