import type { Context } from 'aws-lambda';
import * as v from 'valibot';
import { systemClock } from './clock.ts';
import type { Enforcement } from '../enforcer/enforcement.ts';
import { locate } from '../enforcer/fleets.ts';
import type { Home } from '../enforcer/launch.ts';
import { parse } from '../enforcer/parse.ts';
import { regionName } from '../enforcer/region-name.ts';
import { endOf, enforcementUntil, openMembers, telemetry } from './setup.ts';

/** Places of one probe: each is one call of EC2, all at the same time. */
const MOST_PLACES = 100;

/** Milliseconds that all of it may take: whoever waits has more places to ask for. */
const LONGEST = 10_000;

/** An instance that there is not. */
const NO_INSTANCE = 'i-00000000000000000';

const ProbeEvent = v.object({
  probe: v.pipe(
    v.array(
      v.object({
        account: v.pipe(v.string(), v.regex(/^\d{12}$/, 'an account id of 12 digits')),
        // It becomes part of a host's name.
        region: v.pipe(v.string(), v.regex(regionName, 'a region, for example eu-west-1')),
      }),
    ),
    v.minLength(1),
    v.maxLength(MOST_PLACES),
  ),
});

/** A place that EC2 was asked in. */
interface ProbedPlace extends Home {
  /** Why EC2 did not answer, in AWS's words where it said any; undefined when it did. */
  readonly problem: string | undefined;
}

/** What a probe comes to: its places, in the order in which they were named. */
export interface Probed {
  readonly probed: readonly ProbedPlace[];
}

/**
 * Asks EC2 in each of these places for an instance that there is not, with what a launch there would be settled with. It
 * tells whether the function can act there, and does nothing else: no metric, no notice and no message comes of it.
 *
 * @throws InvalidEventError when it is not `{"probe": [{"account", "region"}]}` with 1 to 100 places
 */
export async function probe(event: unknown, context: Context): Promise<Probed> {
  const { probe: places } = parse(ProbeEvent, event);
  const end = Math.min(endOf(context), systemClock.now() + LONGEST);
  // Sessions of its own: one that launches hold would hide what a member changed since, as would a refusal.
  const members = openMembers(context.invokedFunctionArn);
  const enforcement = { ...enforcementUntil(end, context), members: members?.fleets };
  const probed = await Promise.all(
    places.map(async (place) => ({ ...place, problem: await problemIn(place, enforcement, end) })),
  );
  members?.close();
  telemetry.reportProbe(places.length, probed.filter(({ problem }) => problem !== undefined).length);
  return { probed };
}

async function problemIn(place: Home, enforcement: Enforcement, end: number): Promise<string | undefined> {
  const located = locate(sourceIn(place), enforcement);
  if (located.kind === 'foreign') {
    const { account, region } = located.home;
    return `ForeignLaunchError: this stack acts in ${account} ${region} alone, since it is no hub of an organization`;
  }
  const description = await located.enforcement.fleet.describe([NO_INSTANCE], end);
  switch (description.kind) {
    case 'described':
      return undefined;
    case 'call-failed':
      return description.detail;
    case 'out-of-time':
      return 'out-of-time: no whole answer came in time';
  }
}

/** A session that is opened in a member for it has this name there: `first-probe`. */
function sourceIn({ account, region }: Home) {
  return {
    eventId: 'probe',
    account,
    region,
    launcher: undefined,
    invokedBy: undefined,
    launchedWith: 'unknown',
    launchedAt: undefined,
    reservationId: undefined,
  } as const;
}
