import { NodeHttpHandler } from '@smithy/node-http-handler';
import pMap from 'p-map';
import { oneAttempt } from '../aws/attempt.ts';
import { createEc2Fleet } from '../aws/ec2-fleet.ts';
import type { InstanceFleet } from '../enforcer/fleet.ts';
import { isForeign, settledIn, type Whereabouts } from '../enforcer/fleets.ts';
import type { Home } from '../enforcer/launch.ts';
import { homeOf } from '../functions/home.ts';
import type { Connection } from './aws/connection.ts';
import { readFailure } from './aws/failure.ts';
import type { CommandContext } from './command-context.ts';
import { isHub } from './hub-parts.ts';
import { placeKey } from './place.ts';
import { reportOnly, type Sight } from './instance-now.ts';
import type { Stack } from './stack.ts';

/** Where a stack settles launches, and what of it the caller can look at. */
export interface Reach {
  /** Where the stack settles a launch; undefined for a foreign one. */
  readonly settledIn: (source: Whereabouts) => Home | undefined;
  /** Undefined for an account that the caller named no role for. */
  readonly connectionTo: (place: Home) => Promise<Connection | undefined>;
  /** The same for its instances. */
  readonly fleetIn: (place: Home) => Promise<InstanceFleet | undefined>;
}

/** Asks STS who the caller is only when something is of another account or region. */
export function createReach({ connection, elsewhere }: CommandContext, stack: Stack): Reach {
  const home = homeOf(stack.outputs.FunctionArn);
  const connectionTo = async (place: Home): Promise<Connection | undefined> =>
    isForeign(place, home) ? (await elsewhere()).connectionTo(place) : connection;
  const fleets = new Map<string, InstanceFleet>();
  // Of all clients: a thousand of their own would be a thousand times as many connections.
  const requestHandler = new NodeHttpHandler(oneAttempt.requestHandler);
  return {
    settledIn: (source) => settledIn(source, home, isHub(stack)),
    connectionTo,
    async fleetIn(place) {
      const key = placeKey(place);
      const there = await connectionTo(place);
      const fleet = fleets.get(key) ?? (there && createEc2Fleet(undefined, { ...there, requestHandler }));
      if (fleet !== undefined) fleets.set(key, fleet);
      return fleet;
    },
  };
}

/** Accounts and regions that are looked into at a time. */
const PARALLEL_PLACES = 20;

/**
 * Looks at what is of one account and region together, and at several of them side by side. One that cannot be looked into
 * keeps no other from being shown.
 *
 * @returns what came of each account and region, in order of their first items
 */
export async function lookInPlaces<Item, Result>(
  items: readonly Item[],
  sourceOf: (item: Item) => Whereabouts,
  { reach, exemptTagKeys }: { readonly reach: Reach; readonly exemptTagKeys: ReadonlySet<string> },
  look: (items: readonly Item[], sight: Sight) => Promise<Result>,
): Promise<Result[]> {
  const placed = items.map((item) => ({ item, place: reach.settledIn(sourceOf(item)) }));
  const groups = Map.groupBy(placed, ({ place }) => place && placeKey(place));
  return pMap(
    groups.values(),
    async (group) =>
      look(
        group.map(({ item }) => item),
        await sightOf(group[0]?.place, reach, exemptTagKeys),
      ),
    { concurrency: PARALLEL_PLACES },
  );
}

async function sightOf(
  place: Home | undefined,
  { fleetIn }: Reach,
  exemptTagKeys: ReadonlySet<string>,
): Promise<Sight> {
  try {
    const fleet = place && (await fleetIn(place));
    if (fleet !== undefined) return { kind: 'open', enforcement: reportOnly(fleet, exemptTagKeys) };
    const elsewhere = { kind: 'elsewhere', settled: false, foreign: place === undefined } as const;
    return { kind: 'closed', tell: (instanceId) => ({ instanceId, ...elsewhere }) };
  } catch (error) {
    const failure = readFailure(error);
    if (failure === undefined) throw error;
    const unknown = { kind: 'unknown', settled: false, detail: failure.detail } as const;
    return { kind: 'closed', tell: (instanceId) => ({ instanceId, ...unknown }) };
  }
}
