import pMap from 'p-map';
import { chunk } from './chunk.ts';
import type { Enforcement } from './enforcement.ts';
import type { Refused, Termination } from './fleet.ts';
import type { InstanceId } from './launch.ts';
import type { NotDone } from './not-done.ts';

/** What came of terminating one instance. */
export type InstanceTermination =
  | { readonly kind: 'terminated' }
  /** It was on its way down before the call. */
  | { readonly kind: 'down-before' }
  | NotDone;

/** Calls under way at once, when a refused call is divided: enough to be quick, too few to be throttled. */
const PARALLEL_CALLS = 4;

/** How many protected instances are remembered; the oldest are forgotten first. */
const REMEMBERED = 10_000;

/**
 * Terminates many instances in one call where EC2 lets it. EC2 refuses a whole call, or a whole zone of it, for the
 * sake of one instance; a refused call is therefore divided in halves, down to single instances, so that one that
 * is protected, denied or vanished never shields the rest. Terminating twice does no harm: the operation is
 * idempotent. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 *
 * One half is done before the other is begun, so that a short time ends with dead instances, however many refuse. A
 * call that failed for another cause, throttling for one, is not divided: more calls would not help it.
 *
 * @returns each instance that was asked for, with what came of it
 */
export async function terminate<T extends { readonly instanceId: InstanceId }>(
  nameless: readonly T[],
  { fleet, deadline, knownProtected = new Map() }: Pick<Enforcement, 'fleet' | 'deadline' | 'knownProtected'>,
): Promise<(readonly [T, InstanceTermination])[]> {
  const results: (readonly [T, InstanceTermination])[] = [];

  /**
   * @param oursBefore whether a call that was refused for a protected instance has named the group before: EC2 refuses
   *   the zone of that instance, and terminates those of the other zones
   * @returns why the call was refused and must be divided
   */
  const ask = async (group: readonly T[], oursBefore: boolean): Promise<Refused['refusal'] | undefined> => {
    const ids = group.map(({ instanceId }) => instanceId);
    const termination = await fleet.terminate(ids, deadline);
    if (termination.kind === 'refused' && group.length > 1) return termination.refusal;
    for (const item of group) {
      const result = resultOf(termination, item.instanceId, knownProtected);
      if (result.kind === 'terminated') knownProtected.delete(item.instanceId);
      results.push([item, oursBefore && result.kind === 'down-before' ? { kind: 'terminated' } : result]);
    }
    return undefined;
  };
  const askInHalves = async (group: readonly T[], oursBefore: boolean): Promise<void> => {
    const refusal = await ask(group, oursBefore);
    if (refusal === undefined) return;
    for (const half of chunk(group, Math.ceil(group.length / 2)))
      await askInHalves(half, oursBefore || refusal === 'protected');
  };

  const { known = [], unknown = [] } = Object.groupBy(nameless, ({ instanceId }) =>
    knownProtected.has(instanceId) ? 'known' : 'unknown',
  );
  for (const group of chunk(unknown, fleet.limits.terminate)) {
    const refusal = await ask(group, false);
    const quarters = refusal === undefined ? [] : chunk(group, Math.ceil(group.length / PARALLEL_CALLS));
    await pMap(quarters, async (quarter) => askInHalves(quarter, refusal === 'protected'), {
      concurrency: PARALLEL_CALLS,
    });
  }
  await pMap(known, async (item) => ask([item], false), { concurrency: PARALLEL_CALLS });
  return results;
}

function remember(known: Map<InstanceId, string>, instanceId: InstanceId, detail: string): void {
  known.set(instanceId, detail);
  for (const oldest of known.keys()) {
    if (known.size <= REMEMBERED) break;
    known.delete(oldest);
  }
}

function resultOf(
  termination: Termination,
  instanceId: InstanceId,
  knownProtected: Map<InstanceId, string>,
): InstanceTermination {
  switch (termination.kind) {
    case 'accepted':
      if (termination.terminated.has(instanceId)) return { kind: 'terminated' };
      if (termination.downBefore.has(instanceId)) return { kind: 'down-before' };
      return {
        kind: 'failed',
        reason: 'not-terminated',
        detail: 'EC2 took the call, but its answer does not list the instance',
      };
    case 'call-failed':
      if (termination.transient) return { kind: 'unanswered', detail: termination.detail };
      return { kind: 'failed', reason: 'not-terminated', detail: termination.detail };
    case 'out-of-time': {
      const detail = knownProtected.get(instanceId);
      return detail === undefined ? { kind: 'out-of-time' } : { kind: 'failed', reason: 'protected', detail };
    }
    case 'refused':
      switch (termination.refusal) {
        case 'protected':
          remember(knownProtected, instanceId, termination.detail);
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
