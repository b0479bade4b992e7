import { readFile } from 'node:fs/promises';
import { InvalidEventError } from '../enforcer/errors.ts';
import { readLaunch } from '../enforcer/read-launch.ts';
import type { FleetState, NewReservation } from './ec2/fleet-state.ts';
import { sampleEventAt } from './sample-events.ts';

/** A file that holds no event. */
export class EventFileError extends Error {
  override readonly name = 'EventFileError';
}

/** @throws EventFileError when the file cannot be read, or is not JSON */
export async function readEventFile(path: string): Promise<unknown> {
  try {
    const event: unknown = JSON.parse(await readFile(path, 'utf8'));
    return event;
  } catch (cause) {
    throw new EventFileError(
      `Expected ${path} to hold an event as JSON, got ${String(cause)}. See events/README.md for samples.`,
      { cause },
    );
  }
}

/**
 * Puts into EC2 what an event file needs there: for a sample what its table says, for an event of one's own the
 * instances that it tells of. Instances that are there already stay as they are.
 *
 * @returns how many instances were added
 */
export async function holdInstancesOf(path: string, event: unknown, fleet: FleetState): Promise<number> {
  const sample = await sampleEventAt(path);
  let added = 0;
  for (const reservation of sample?.live ?? instancesToldBy(event)) {
    const instances = reservation.instances.filter(
      ({ instanceId }) => instanceId === undefined || fleet.find(instanceId) === undefined,
    );
    added += fleet.add({ ...reservation, instances }).instances.length;
  }
  return added;
}

/** As the enforcer reads the event: the instances that it lists, or as many as were asked for at least, alive. */
function instancesToldBy(event: unknown): readonly NewReservation[] {
  const launch = readable(event);
  switch (launch?.kind) {
    case undefined:
    case 'ignored':
      return [];
    case 'listed': {
      const { reservationId, launchedAt } = launch.source;
      const instances = launch.instances.map(({ instanceId, launchTags }) => ({
        instanceId,
        tags: launchTags,
      }));
      return [{ reservationId, launchedAt, instances }];
    }
    case 'unlisted': {
      const { source, launchTags, reference, count } = launch;
      if (reference === undefined) return [];
      const found = reference.by === 'client-token' ? { clientToken: reference.value } : {};
      const instances = Array.from({ length: count.atLeast }, () => ({ tags: launchTags }));
      return [{ reservationId: source.reservationId, launchedAt: source.launchedAt, ...found, instances }];
    }
  }
}

function readable(event: unknown): ReturnType<typeof readLaunch> | undefined {
  try {
    return readLaunch(event);
  } catch (error) {
    // The function says what is wrong with it.
    if (error instanceof InvalidEventError) return undefined;
    throw error;
  }
}
