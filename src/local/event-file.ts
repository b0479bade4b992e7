import { readFile } from 'node:fs/promises';
import type { FleetState } from './ec2/fleet-state.ts';
import { instancesOfEvent } from './instances-of-event.ts';
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
 * instances that it lists, with the tags that it shows. Instances that are there already stay as they are.
 *
 * @returns how many instances were added
 */
export async function holdInstancesOf(path: string, event: unknown, fleet: FleetState): Promise<number> {
  const sample = await sampleEventAt(path);
  const shown = instancesOfEvent(event);
  const reservations = sample?.live ?? (shown === undefined ? [] : [shown]);
  let added = 0;
  for (const reservation of reservations) {
    const instances = reservation.instances.filter(
      ({ instanceId }) => instanceId === undefined || fleet.find(instanceId) === undefined,
    );
    added += fleet.add({ ...reservation, instances }).instances.length;
  }
  return added;
}
