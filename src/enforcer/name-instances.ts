import pMap from 'p-map';
import type { Enforcement } from './enforcement.ts';
import type { InstanceId } from './launch.ts';
import type { NotDone } from './not-done.ts';

/** What came of naming one instance; `named`: EC2 took the call. */
export type InstanceNaming = { readonly kind: 'named' } | NotDone;

/** Calls under way at once. Each instance has a name of its own, so each takes a call. */
const PARALLEL_CALLS = 5;

/**
 * Gives each instance its name. The role may do so only where there is none: a name that a person gave meanwhile stays, and
 * the call is denied.
 *
 * @returns each instance that was asked for, with what came of it
 */
export async function nameInstances<T extends { readonly instanceId: InstanceId; readonly name: string }>(
  nameless: readonly T[],
  { fleet, deadline }: Pick<Enforcement, 'fleet' | 'deadline'>,
): Promise<(readonly [T, InstanceNaming])[]> {
  return pMap(nameless, async (item) => [item, await nameOne(item.instanceId, item.name)] as const, {
    concurrency: PARALLEL_CALLS,
  });

  async function nameOne(instanceId: InstanceId, name: string): Promise<InstanceNaming> {
    const naming = await fleet.name(instanceId, name, deadline);
    switch (naming.kind) {
      case 'accepted':
        return { kind: 'named' };
      case 'call-failed':
        return naming.transient
          ? { kind: 'unanswered', detail: naming.detail }
          : { kind: 'failed', reason: 'not-named', detail: naming.detail };
      case 'out-of-time':
        return naming;
      case 'refused':
        switch (naming.refusal) {
          case 'denied':
            return { kind: 'denied', detail: naming.detail };
          case 'not-found':
            return { kind: 'not-found' };
          case 'protected':
          case 'unsupported':
            return { kind: 'failed', reason: 'refused', detail: naming.detail };
        }
    }
  }
}
