import { backoff } from './backoff.ts';
import type { Enforcement } from './enforcement.ts';
import type { Incomplete } from './settlement-errors.ts';
import type { CallFailed, Description, LiveInstance, OutOfTime } from './fleet.ts';
import type { InstanceId, LaunchReference, UnlistedLaunch } from './launch.ts';

export interface FoundLaunch {
  readonly instanceIds: readonly InstanceId[];
  /** Set when the launch has more instances than were found, or may have. */
  readonly incomplete?: Incomplete;
}

/**
 * How long a number of instances that may be all of them has to stand until it is believed, in milliseconds. Two
 * answers in a row are not enough: the first ones come within a fifth of a second.
 */
const STEADY_FOR = 2_000;

/**
 * Finds the instances of a launch whose event does not list them, by what EC2 gave to each of them.
 *
 * EC2 is eventually consistent, so a first answer may lack some. It is asked again until it shows as many as the
 * request could start, or for a while the same number that is enough. That takes at most half of the time there is:
 * the other half is for settling what was found.
 */
export async function findLaunch(launch: UnlistedLaunch, enforcement: Enforcement): Promise<FoundLaunch> {
  const { reference, count } = launch;
  const { fleet, clock, deadline, maxRounds = Infinity } = enforcement;
  if (reference === undefined) return notFound('no-reference', count.atLeast, []);

  const findBy = clock.now() + (deadline - clock.now()) / 2;
  const found = new Set<InstanceId>();
  const reservations = new Set<string | undefined>();
  let steadySince = clock.now();
  let failure: Pick<CallFailed, 'transient' | 'detail'> | undefined;
  for (let round = 1; ; round++) {
    const description = await fleet.find(reference, findBy);
    if (description.kind === 'out-of-time') break;
    failure = failureOf(description);
    if (failure !== undefined && !failure.transient) break;

    const before = found.size;
    for (const instance of description.kind === 'described' ? description.instances : []) {
      if (referenceOf(instance, reference) !== reference.value) continue;
      found.add(instance.instanceId);
      reservations.add(instance.reservationId);
    }
    if (reservations.size > 1) return notFound('ambiguous', count.atLeast, []);
    if (found.size > before) steadySince = clock.now();
    const isSteady = clock.now() - steadySince >= STEADY_FOR;
    const enough = isSteady ? count.atLeast : count.atMost;
    if (failure === undefined && found.size >= enough) return { instanceIds: [...found] };

    // A number that may be all of them stands for its two seconds in any case: or no try would ever believe it.
    const mayBeAll = failure === undefined && found.size >= count.atLeast;
    if ((round >= maxRounds && !mayBeAll) || !(await backoff(round, clock, findBy))) break;
  }
  if (failure !== undefined) return notFound('unreadable', count.atLeast, found, failure.detail);
  return notFound(found.size < count.atLeast ? 'not-found' : 'maybe-more', count.atLeast, found);
}

/** An instance that cannot be read may be one of the launch: then the answer does not tell all. */
function failureOf(
  description: Exclude<Description, OutOfTime>,
): Pick<CallFailed, 'transient' | 'detail'> | undefined {
  if (description.kind === 'call-failed') return description;
  const [instance] = description.unreadable;
  return instance && { transient: false, detail: instance.detail };
}

function notFound(
  reason: Incomplete['reason'],
  expected: number,
  found: Iterable<InstanceId>,
  detail?: string,
): FoundLaunch {
  const instanceIds = [...found];
  return {
    instanceIds,
    incomplete: { reason, expected, found: instanceIds.length, ...(detail !== undefined && { detail }) },
  };
}

/** What the instance itself says: a filter of EC2's takes wildcards, and is not believed. */
function referenceOf(instance: LiveInstance, { by }: LaunchReference): string | undefined {
  switch (by) {
    case 'reservation-id':
      return instance.reservationId;
    case 'client-token':
      return instance.clientToken;
  }
}
