import pMap from 'p-map';
import { findLaunch } from '../../enforcer/find-launch.ts';
import type { InstanceId } from '../../enforcer/launch.ts';
import type { InstanceToSettle } from '../../enforcer/open-instance.ts';
import { readInstancesNow } from '../instance-now.ts';
import type { InstanceNow, Sight } from '../instance-now.ts';
import { lookInPlaces, type Reach } from '../reach.ts';
import { instanceIdsOf, sourceOf } from './letter.ts';
import type { DeadLetter } from './letter.ts';

/** The instances of a launch as they are now, and whether these are all. */
export interface CurrentState {
  readonly instances: readonly InstanceNow[];
  /** False when the launch may have instances that are not listed here. */
  readonly complete: boolean;
}

/** What it takes to judge instances as the stack would. */
interface StateParts {
  readonly reach: Reach;
  readonly exemptTagKeys: ReadonlySet<string>;
  /** Milliseconds from its launch that a nameless instance has to get its name. */
  readonly grace?: number;
}

/** Launches of one account and region that are looked up at a time. */
const PARALLEL_LOOK_UPS = 5;

/**
 * Reads what the instances of dead letters are now, many in one call, and judges them as the enforcer itself would:
 * by its own code, in report mode.
 *
 * @returns the current state by message id
 */
export async function readCurrentState(
  letters: readonly DeadLetter[],
  { grace = 0, ...parts }: StateParts,
): Promise<ReadonlyMap<string, CurrentState>> {
  const states = await lookInPlaces(
    letters,
    (letter) => {
      const { account, region } = sourceOf(letter) ?? {};
      return { account, region };
    },
    parts,
    async (group, sight) => readStates(group, sight, grace),
  );
  return new Map(states.flat());
}

/** The same of letters of one account and region. */
async function readStates(
  letters: readonly DeadLetter[],
  sight: Sight,
  grace: number,
): Promise<(readonly [string, CurrentState])[]> {
  const launches = await pMap(letters, async (letter) => ({ letter, ...(await idsOf(letter, sight)) }), {
    concurrency: PARALLEL_LOOK_UPS,
  });
  const unique = new Map<InstanceId, InstanceToSettle>();
  for (const { letter, ids } of launches) {
    const { contents } = letter;
    const startedAt = 'startedAt' in contents ? contents.startedAt : undefined;
    const launchedAt = ('source' in contents ? contents.source.launchedAt : undefined) ?? startedAt;
    for (const instanceId of ids) {
      // What a launch names is launched, whatever else tells of its start.
      if (startedAt !== undefined && unique.has(instanceId)) continue;
      unique.set(instanceId, { instanceId, launchedAt, startedAt, dueAt: dueAtOf(letter, grace) });
    }
  }
  const now = await readInstancesNow([...unique.values()], sight);
  return launches.map(({ letter, ids, complete }) => [
    letter.messageId,
    { instances: ids.flatMap((instanceId) => now.get(instanceId) ?? []), complete },
  ]);
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

async function idsOf(
  { contents }: DeadLetter,
  sight: Sight,
): Promise<{ readonly ids: readonly InstanceId[]; readonly complete: boolean }> {
  switch (contents.kind) {
    case 'listed':
    case 'started':
    case 'instances':
      return { ids: instanceIdsOf(contents), complete: true };
    case 'unlisted': {
      const ids = sight.kind === 'open' ? (await findLaunch(contents, sight.enforcement)).instanceIds : [];
      return { ids, complete: false };
    }
    case 'ignored':
    case 'invalid':
    case 'left-out':
      return { ids: [], complete: false };
  }
}
