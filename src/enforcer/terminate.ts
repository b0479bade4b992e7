import pMap from 'p-map';
import { chunk } from './chunk.ts';
import type { InstanceFleet, Termination } from './fleet.ts';
import type { InstanceId } from './launch.ts';
import type { FailedReason } from './outcome.ts';

/** What came of terminating one instance. */
export type InstanceTermination =
  | { readonly kind: 'terminated' }
  | { readonly kind: 'failed'; readonly reason: FailedReason; readonly detail: string }
  | { readonly kind: 'denied'; readonly detail: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'out-of-time' };

/** Calls under way at once, when a refused call is divided: enough to be quick, too few to be throttled. */
const PARALLEL_CALLS = 4;

/**
 * Terminates many instances in one call where EC2 lets it. EC2 refuses a whole call, or a whole zone of it, for the
 * sake of one instance; a refused call is therefore divided in halves, down to single instances, so that one that
 * is protected, denied or vanished never shields the rest. Terminating twice does no harm: the operation is
 * idempotent. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 *
 * A call that failed for another cause, throttling for one, is not divided: more calls would not help it.
 *
 * @returns each instance that was asked for, with what came of it
 */
export async function terminate<T extends { readonly instanceId: InstanceId }>(
  doomed: readonly T[],
  fleet: InstanceFleet,
  deadline: number,
): Promise<(readonly [T, InstanceTermination])[]> {
  const done: (readonly [T, InstanceTermination])[] = [];
  let groups = chunk(doomed, fleet.limits.terminate);
  while (groups.length > 0) {
    const divided = await pMap(
      groups,
      async (group) => {
        const ids = group.map(({ instanceId }) => instanceId);
        const termination = await fleet.terminate(ids, deadline);
        if (termination.kind === 'refused' && group.length > 1)
          return chunk(group, Math.ceil(group.length / 2));
        done.push(...group.map((item) => [item, resultOf(termination, item.instanceId)] as const));
        return [];
      },
      { concurrency: PARALLEL_CALLS },
    );
    groups = divided.flat();
  }
  return done;
}

function resultOf(termination: Termination, instanceId: InstanceId): InstanceTermination {
  switch (termination.kind) {
    case 'accepted':
      if (termination.instanceIds.has(instanceId)) return { kind: 'terminated' };
      return {
        kind: 'failed',
        reason: 'not-terminated',
        detail: 'EC2 took the call, but its answer does not list the instance',
      };
    case 'call-failed':
      return { kind: 'failed', reason: 'not-terminated', detail: termination.detail };
    case 'out-of-time':
      return { kind: 'out-of-time' };
    case 'refused':
      switch (termination.refusal) {
        case 'protected':
          return { kind: 'failed', reason: 'protected', detail: termination.detail };
        case 'unsupported':
          return { kind: 'failed', reason: 'refused', detail: termination.detail };
        case 'denied':
          return { kind: 'denied', detail: termination.detail };
        case 'not-found':
          return { kind: 'not-found' };
      }
  }
}
