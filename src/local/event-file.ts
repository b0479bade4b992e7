import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { InvalidEventError } from '../enforcer/errors.ts';
import type { Launch } from '../enforcer/launch.ts';
import { readLaunch } from '../enforcer/read-launch.ts';
import { readSecondLookMessage } from '../enforcer/second-look-message.ts';
import type { FleetState, NewReservation } from './ec2/fleet-state.ts';
import type { FunctionFile } from './lambda/function-process.ts';
import { sampleEventAt } from './sample-events.ts';
import { batchOf, newMessage } from './sqs/batch.ts';

/** A file that holds no event. */
export class EventFileError extends Error {
  override readonly name = 'EventFileError';
}

/** What a file holds for a function. */
export interface EventFile {
  readonly function: FunctionFile;
  /** What the function is invoked with. */
  readonly event: unknown;
}

/** A batch of the second-look queue, as far as it is read here. */
const Batch = v.object({ Records: v.array(v.object({ body: v.string() })) });

/** What only a message of the second-look queue has: each of its three forms has something of its own. */
const Message = v.union([
  v.object({ 'detail-type': v.literal('EC2 Instance State-change Notification') }),
  v.object({ instanceIds: v.unknown() }),
  v.object({ requestContext: v.unknown() }),
]);

/**
 * Reads what a file is for, and what is to be sent there: a sample goes where its table says, an event of one's own by
 * its form. The body of one message for the second-look queue becomes a batch of it.
 *
 * @throws EventFileError when the file cannot be read, or is not JSON
 */
export async function readEventFile(path: string): Promise<EventFile> {
  const content = await readJson(path);
  const sample = await sampleEventAt(path);
  const isBatch = v.is(Batch, content);
  const file = sample?.function ?? (isBatch || v.is(Message, content) ? 'second-look' : 'enforce-name-tag');
  return {
    function: file,
    event: file === 'second-look' && !isBatch ? batchOf([newMessage(content)]) : content,
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    return content;
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
export async function holdInstancesOf(
  path: string,
  { event }: EventFile,
  fleet: FleetState,
): Promise<number> {
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

/** As the enforcer reads the event or its messages. */
function instancesToldBy(event: unknown): readonly NewReservation[] {
  if (!v.is(Batch, event)) {
    const launch = readable(() => readLaunch(event));
    return launch === undefined || launch.kind === 'ignored' ? [] : instancesOf(launch);
  }
  return event.Records.flatMap(({ body }): readonly NewReservation[] => {
    const message = readable(() => readSecondLookMessage(body, Date.now()));
    switch (message?.kind) {
      case undefined:
      case 'ignored':
        return [];
      case 'launch':
        return instancesOf(message.launch);
      case 'started':
        return [{ launchedAt: message.startedAt, instances: [{ instanceId: message.instanceId, tags: [] }] }];
      case 'instances': {
        const { reservationId, launchedAt } = message.source;
        const instances = message.instanceIds.map((instanceId) => ({ instanceId, tags: [] }));
        return [{ reservationId, launchedAt: launchedAt ?? message.startedAt, instances }];
      }
    }
  });
}

/** The instances that the launch lists, or as many as were asked for at least, alive. */
function instancesOf(launch: Launch): readonly NewReservation[] {
  switch (launch.kind) {
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

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // The function says what is wrong with it.
    if (error instanceof InvalidEventError) return undefined;
    throw error;
  }
}
