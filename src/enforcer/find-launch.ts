import { backoff } from './backoff.ts';
import type { Enforcement } from './enforcement.ts';
import type { Unfound } from './errors.ts';
import type { LiveInstance } from './fleet.ts';
import type { InstanceId, LaunchReference, UnlistedLaunch } from './launch.ts';

export interface FoundLaunch {
  readonly instanceIds: readonly InstanceId[];
  /** Set when the launch has more instances than were found, or may have. */
  readonly unfound?: Unfound;
}

/**
 * Finds the instances of a launch whose event does not list them, by what EC2 gave to each of them.
 *
 * EC2 is eventually consistent, so a first answer may lack some. It is asked again until it shows as many as the
 * request could start, or twice in a row the same number that is enough. That takes at most half of the time there
 * is: the other half is for settling what was found.
 */
export async function findLaunch(launch: UnlistedLaunch, enforcement: Enforcement): Promise<FoundLaunch> {
  const { reference, count } = launch;
  const { fleet, clock, deadline } = enforcement;
  if (reference === undefined) return notFound('no-reference', []);

  const findBy = clock.now() + (deadline - clock.now()) / 2;
  const found = new Set<InstanceId>();
  for (let round = 1; ; round++) {
    const description = await fleet.find(reference, findBy);
    if (description.kind === 'call-failed') return notFound('unreadable', found, description.detail);
    if (description.kind === 'out-of-time') break;

    const instances = description.instances.filter(
      (instance) => referenceOf(instance, reference) === reference.value,
    );
    if (new Set(instances.map(({ reservationId }) => reservationId)).size > 1)
      return notFound('ambiguous', []);
    const before = found.size;
    for (const { instanceId } of instances) found.add(instanceId);
    const stable = found.size >= count.atLeast && found.size === before;
    if (stable || found.size >= count.atMost) return { instanceIds: [...found] };

    if (!(await backoff(round, clock, findBy))) break;
  }
  return found.size >= count.atLeast ? { instanceIds: [...found] } : notFound('not-found', found);
}

function notFound(reason: Unfound['reason'], found: Iterable<InstanceId>, detail?: string): FoundLaunch {
  const instanceIds = [...found];
  return {
    instanceIds,
    unfound: { reason, found: instanceIds.length, ...(detail !== undefined && { detail }) },
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
