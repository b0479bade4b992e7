import type { Enforcement } from './enforcement.ts';
import type { InstanceFleet } from './fleet.ts';
import type { Home, LaunchSource } from './launch.ts';

/**
 * The port to the members of an organization: the fleet of each account and region that is not the stack's own. It never
 * fails by itself: a member that does not let the stack in makes a call of its fleet fail.
 *
 * @param source launch that the fleet is for: what is opened for it in the member is named after it
 */
export type MemberFleets = (place: Home, source: LaunchSource) => InstanceFleet;

/** Where a launch is, as far as its event tells. */
export type Whereabouts = Pick<LaunchSource, 'account' | 'region'>;

/** Whether a launch is of another account or region; one that tells neither is not known to be. */
export function isForeign({ account, region }: Whereabouts, home: Home): boolean {
  return (account ?? home.account) !== home.account || (region ?? home.region) !== home.region;
}

/**
 * How often a hub asks EC2 in one try. What EC2 throttles in one member comes again later, so that the launches of the
 * others do not wait for it: docs/scale.md.
 */
export const ROUNDS_IN_HUB = 2;

/** Where a launch is to be settled, and with what. */
export type Located =
  | { readonly kind: 'ours'; readonly enforcement: Enforcement }
  | { readonly kind: 'foreign'; readonly home: Home };

/**
 * Where a stack settles a launch; undefined for one that is foreign to it. Where there are members, a launch that does not
 * tell its account and region is foreign: it could be of any of them.
 *
 * @param hasMembers whether the stack is a hub
 */
export function settledIn(source: Whereabouts, home: Home, hasMembers: boolean): Home | undefined {
  if (!hasMembers) return isForeign(source, home) ? undefined : home;
  const { account, region } = source;
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** Finds the fleet that a launch is of: the stack's own, or that of a member. */
export function locate(source: LaunchSource, enforcement: Enforcement): Located {
  const { home, members } = enforcement;
  if (home === undefined) return { kind: 'ours', enforcement };
  const place = settledIn(source, home, members !== undefined);
  if (place === undefined) return { kind: 'foreign', home };
  if (members === undefined || !isForeign(place, home)) return { kind: 'ours', enforcement };
  return { kind: 'ours', enforcement: { ...enforcement, fleet: members(place, source) } };
}
