import pMap from 'p-map';
import { isForeign } from '../../enforcer/enforce-launch.ts';
import type { Enforcement } from '../../enforcer/enforcement.ts';
import { findLaunch } from '../../enforcer/find-launch.ts';
import type { InstanceFleet, LiveInstance } from '../../enforcer/fleet.ts';
import type { Home, InstanceId } from '../../enforcer/launch.ts';
import { isUnsettled } from '../../enforcer/outcome.ts';
import type { Outcome } from '../../enforcer/outcome.ts';
import { settle } from '../../enforcer/settle.ts';
import type { InstanceToSettle } from '../../enforcer/settle.ts';
import { systemClock } from '../../functions/clock.ts';
import { instanceIdsOf } from './letter.ts';
import type { DeadLetter } from './letter.ts';

/** An instance of a dead letter as it is now, whatever its event says. */
export type InstanceNow =
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'shown';
      readonly state: LiveInstance['state'];
      /** The value of its Name tag; undefined without one. */
      readonly name: string | undefined;
      /** Whether nothing is left to do: it is on its way down, named or exempt. */
      readonly settled: boolean;
    }
  /** EC2 does not show it: it is long gone, or not visible yet. */
  | { readonly instanceId: InstanceId; readonly kind: 'not-shown'; readonly settled: boolean }
  /** It is of another account or region, where nobody looked. */
  | { readonly instanceId: InstanceId; readonly kind: 'elsewhere'; readonly settled: false }
  /** EC2 could not be asked. */
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'unknown';
      readonly settled: false;
      readonly detail: string;
    };

/** The instances of a launch as they are now, and whether these are all. */
export interface CurrentState {
  readonly instances: readonly InstanceNow[];
  /** False when the launch may have instances that are not listed here. */
  readonly complete: boolean;
}

/** Milliseconds that EC2 gets to answer. */
const PATIENCE = 60_000;

/** How often EC2 is asked about what it does not show or did not answer. A person waits meanwhile. */
const ROUNDS = 3;

/** Launches that are looked up at a time. */
const PARALLEL_LOOK_UPS = 5;

/**
 * Reads what the instances of dead letters are now, many in one call, and judges them as the enforcer itself would:
 * by its own code, in report mode.
 *
 * @returns the current state by message id
 */
export async function readCurrentState(
  letters: readonly DeadLetter[],
  { fleet, exemptTagKeys, home }: { fleet: InstanceFleet; exemptTagKeys: ReadonlySet<string>; home: Home },
): Promise<ReadonlyMap<string, CurrentState>> {
  const shown = new Map<InstanceId, LiveInstance>();
  const enforcement: Enforcement = {
    fleet: remembering(fleet, shown),
    clock: systemClock,
    deadline: Date.now() + PATIENCE,
    mode: 'report',
    exemptTagKeys,
    maxRounds: ROUNDS,
  };
  const launches = await pMap(
    letters,
    async (letter) => ({ letter, ...(await idsOf(letter, enforcement, home)) }),
    {
      concurrency: PARALLEL_LOOK_UPS,
    },
  );
  const unique = new Map<InstanceId, InstanceToSettle>();
  for (const { letter, ids, elsewhere } of launches) {
    if (elsewhere) continue;
    const { contents } = letter;
    const startedAt = 'startedAt' in contents ? contents.startedAt : undefined;
    const launchedAt = ('source' in contents ? contents.source.launchedAt : undefined) ?? startedAt;
    for (const instanceId of ids) {
      // What a launch names is launched, whatever else tells of its start.
      if (startedAt !== undefined && unique.has(instanceId)) continue;
      unique.set(instanceId, { instanceId, launchedAt, startedAt });
    }
  }
  const outcomes = await settle([...unique.values()], enforcement);
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.instanceId, outcome]));
  return new Map(
    launches.map(({ letter, ids, elsewhere, complete }) => [
      letter.messageId,
      {
        instances: ids.map((instanceId): InstanceNow =>
          elsewhere
            ? { instanceId, kind: 'elsewhere', settled: false }
            : instanceNow(instanceId, outcomeOf.get(instanceId), shown.get(instanceId)),
        ),
        complete,
      },
    ]),
  );
}

/** Whether nothing is left to do about any instance of the letter. */
export function isSettled({ instances, complete }: CurrentState): boolean {
  return complete && instances.every(({ settled }) => settled);
}

/** Whether a dead letter is about a launch of another account or region than the stack's. */
export function isElsewhere({ contents }: DeadLetter, home: Home): boolean {
  return 'source' in contents && isForeign(contents.source, home);
}

/** The fleet, with what it shows kept. */
function remembering(fleet: InstanceFleet, shown: Map<InstanceId, LiveInstance>): InstanceFleet {
  return {
    limits: fleet.limits,
    async describe(instanceIds, deadline) {
      const description = await fleet.describe(instanceIds, deadline);
      if (description.kind === 'described')
        for (const instance of description.instances) shown.set(instance.instanceId, instance);
      return description;
    },
    find: async (reference, deadline) => fleet.find(reference, deadline),
    terminate: async (instanceIds, deadline) => fleet.terminate(instanceIds, deadline),
  };
}

async function idsOf(
  letter: DeadLetter,
  enforcement: Enforcement,
  home: Home,
): Promise<{ readonly ids: readonly InstanceId[]; readonly complete: boolean; readonly elsewhere: boolean }> {
  const { contents } = letter;
  const elsewhere = isElsewhere(letter, home);
  switch (contents.kind) {
    case 'listed':
    case 'started':
    case 'instances':
      return { ids: instanceIdsOf(contents), complete: true, elsewhere };
    case 'unlisted': {
      if (elsewhere) return { ids: [], complete: false, elsewhere };
      const { instanceIds } = await findLaunch(contents, enforcement);
      return { ids: instanceIds, complete: false, elsewhere };
    }
    case 'ignored':
    case 'invalid':
    case 'left-out':
      return { ids: [], complete: false, elsewhere };
  }
}

function instanceNow(
  instanceId: InstanceId,
  outcome: Outcome | undefined,
  live: LiveInstance | undefined,
): InstanceNow {
  const settled = outcome?.outcome === 'spared' || outcome?.outcome === 'already-gone';
  if (live !== undefined) {
    const name = live.tags.find(({ key }) => key === 'Name')?.value;
    return { instanceId, kind: 'shown', state: live.state, name, settled };
  }
  if (outcome === undefined || !isUnsettled(outcome) || outcome.reason === 'not-visible')
    return { instanceId, kind: 'not-shown', settled };
  const detail = outcome.outcome === 'failed' ? (outcome.detail ?? outcome.reason) : 'no answer in time';
  return { instanceId, kind: 'unknown', settled: false, detail };
}
