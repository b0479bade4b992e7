import { createEc2Inventory } from '../aws/ec2-inventory.ts';
import type { CommandContext } from '../command-context.ts';
import { OpsError } from '../errors.ts';
import type { Member } from '../organization/members.ts';
import { parseRegions } from '../parse-regions.ts';
import type { ConnectedPlace } from './audit-places.ts';

/** What an operator says of where to look. */
interface Wanted {
  /** Regions, separated by commas. */
  readonly regions?: string | undefined;
  readonly allRegions: boolean;
  readonly account?: readonly string[] | undefined;
}

/**
 * Where to look: at the members that were asked for, or else at regions of the caller's own account.
 *
 * @param members undefined when the audit is not of an organization
 * @throws OpsError when there is no role to look at a member with
 */
export async function choosePlaces(
  members: readonly Member[] | undefined,
  wanted: Wanted,
  context: CommandContext,
): Promise<readonly ConnectedPlace[]> {
  if (members !== undefined) return placesOfMembers(members, context);
  if (wanted.account !== undefined)
    throw new OpsError('Expected --account together with --organization, found it alone.');
  const { connection } = context;
  const regions = await chooseRegions(wanted, context);
  return regions.map((region) => ({ account: undefined, region, connection: { ...connection, region } }));
}

async function chooseRegions(
  { regions, allRegions }: Wanted,
  { connection }: CommandContext,
): Promise<readonly string[]> {
  if (regions !== undefined) return parseRegions(regions);
  const inventory = createEc2Inventory(connection);
  return allRegions ? inventory.enabledRegions() : [await inventory.region()];
}

async function placesOfMembers(
  members: readonly Member[],
  context: CommandContext,
): Promise<readonly ConnectedPlace[]> {
  const elsewhere = await context.elsewhere();
  return members.map(({ account, region }) => {
    const connection = elsewhere.connectionTo({ account, region });
    if (connection !== undefined) return { account, region, connection };
    throw new OpsError(
      `Expected --role to name a role that you may take on in ${account} and every other account, such as ` +
        "SecurityAudit, found none. A member's own role lets the hub's functions in alone.",
    );
  });
}
