import { OpsError } from '../errors.ts';
import type { Home } from '../../enforcer/launch.ts';

/**
 * The members of these accounts and regions; of all where none are given.
 *
 * @throws OpsError when an account or region is of no member, or none is in both
 */
export function chooseMembers<Member extends Home>(
  members: readonly Member[],
  accounts: readonly string[] | undefined,
  regions: readonly string[] | undefined,
): readonly Member[] {
  checkAll('--account', accounts, new Set(members.map(({ account }) => account)));
  checkAll('--regions', regions, new Set(members.map(({ region }) => region)));
  const chosen = members.filter(
    ({ account, region }) => (accounts?.includes(account) ?? true) && (regions?.includes(region) ?? true),
  );
  if (chosen.length > 0) return chosen;
  throw new OpsError('Expected members in one of --account and one of --regions, found none that is both.');
}

function checkAll(option: string, wanted: readonly string[] | undefined, known: ReadonlySet<string>): void {
  const strange = wanted?.find((value) => !known.has(value));
  if (strange === undefined) return;
  throw new OpsError(`Expected ${option} to be of the organization's members, found ${strange}.`);
}
