import pMap from 'p-map';
import { chunk } from './chunk.ts';
import type { Description, InstanceFleet, LiveInstance } from './fleet.ts';
import type { InstanceId } from './launch.ts';

/** What EC2 says of one instance now. */
export type Reading =
  | { readonly kind: 'shown'; readonly instance: LiveInstance }
  /** EC2 does not show it, which is not the same as gone. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly transient: boolean; readonly detail: string }
  | { readonly kind: 'out-of-time' };

/** Calls under way at once: a launch of 1,000 instances takes five. */
const PARALLEL_CALLS = 5;

/**
 * Reads many instances in as few calls as there can be. A call that fails leaves its own instances unread and no
 * others. What EC2 shows beyond the instances asked for is dropped.
 *
 * @returns each instance that was asked for, with what EC2 says of it
 */
export async function readLiveTags<T extends { readonly instanceId: InstanceId }>(
  asked: readonly T[],
  fleet: InstanceFleet,
  deadline: number,
): Promise<(readonly [T, Reading])[]> {
  const groups = await pMap(
    chunk(asked, fleet.limits.describe),
    async (group) => {
      const ids = group.map(({ instanceId }) => instanceId);
      const readingOf = readingsFrom(await fleet.describe(ids, deadline));
      return group.map((item) => [item, readingOf(item.instanceId)] as const);
    },
    { concurrency: PARALLEL_CALLS },
  );
  return groups.flat();
}

function readingsFrom(description: Description): (instanceId: InstanceId) => Reading {
  switch (description.kind) {
    case 'described': {
      const readings = new Map<InstanceId | undefined, Reading>();
      for (const instance of description.instances)
        readings.set(instance.instanceId, { kind: 'shown', instance });
      for (const { instanceId, detail } of description.unreadable)
        readings.set(instanceId, { kind: 'unreadable', transient: false, detail });
      // One without an id may be any that seems to be missing.
      const missing = readings.get(undefined) ?? { kind: 'missing' };
      return (instanceId) => readings.get(instanceId) ?? missing;
    }
    case 'call-failed':
      return () => ({
        kind: 'unreadable',
        transient: description.transient,
        detail: description.detail,
      });
    case 'out-of-time':
      return () => ({ kind: 'out-of-time' });
  }
}
