import pMap from 'p-map';
import { isForeign } from '../../enforcer/fleets.ts';
import type { Enforcement } from '../../enforcer/enforcement.ts';
import { findLaunch } from '../../enforcer/find-launch.ts';
import type { InstanceFleet } from '../../enforcer/fleet.ts';
import type { Home, InstanceId } from '../../enforcer/launch.ts';
import type { InstanceToSettle } from '../../enforcer/open-instance.ts';
import { readInstancesNow, reportOnly } from '../instance-now.ts';
import type { InstanceNow } from '../instance-now.ts';
import { instanceIdsOf } from './letter.ts';
import type { DeadLetter } from './letter.ts';

/** The instances of a launch as they are now, and whether these are all. */
export interface CurrentState {
  readonly instances: readonly InstanceNow[];
  /** False when the launch may have instances that are not listed here. */
  readonly complete: boolean;
}

/** What it takes to judge instances as the stack would. */
interface StateParts {
  readonly fleet: InstanceFleet;
  readonly exemptTagKeys: ReadonlySet<string>;
  readonly home: Home;
  /** Milliseconds from its launch that a nameless instance has to get its name. */
  readonly grace?: number;
}

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
  { fleet, exemptTagKeys, home, grace = 0 }: StateParts,
): Promise<ReadonlyMap<string, CurrentState>> {
  const enforcement = reportOnly(fleet, exemptTagKeys);
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
      unique.set(instanceId, { instanceId, launchedAt, startedAt, dueAt: dueAtOf(letter, grace) });
    }
  }
  const now = await readInstancesNow([...unique.values()], enforcement);
  return new Map(
    launches.map(({ letter, ids, complete }) => [
      letter.messageId,
      {
        instances: ids.map(
          (instanceId) => now.get(instanceId) ?? { instanceId, kind: 'elsewhere', settled: false },
        ),
        complete,
      },
    ]),
  );
}

/** Until when a nameless instance of the letter is left alone, in epoch milliseconds. */
function dueAtOf({ contents }: DeadLetter, grace: number): number | undefined {
  if (contents.kind === 'instances') return contents.dueAt;
  const launchedAt = 'source' in contents ? contents.source.launchedAt : undefined;
  return grace === 0 || launchedAt === undefined ? undefined : launchedAt + grace;
}

/** Whether nothing is left to do about any instance of the letter. */
export function isSettled({ instances, complete }: CurrentState): boolean {
  return complete && instances.every(({ settled }) => settled);
}

/** Whether a dead letter is about a launch of another account or region than the stack's. */
export function isElsewhere({ contents }: DeadLetter, home: Home): boolean {
  return 'source' in contents && isForeign(contents.source, home);
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
