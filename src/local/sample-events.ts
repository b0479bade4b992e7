import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

/** Where the sample events are, with what is expected of each in `expected.json`. */
export const sampleEventsFolder = fileURLToPath(new URL('../../events/', import.meta.url));

const name = v.pipe(v.string(), v.nonEmpty());
const instanceId = v.pipe(v.string(), v.regex(/^i-[0-9a-f]{17}$/));
const time = v.pipe(v.string(), v.isoTimestamp());
const outcomes = v.array(
  v.strictObject({
    instanceId,
    outcome: v.picklist(['spared', 'terminated']),
    reason: name,
    group: v.optional(v.strictObject({ kind: name, name, launchesFrom: v.optional(name) })),
  }),
);

const SampleSchema = v.strictObject({
  /** Name of the event's file in the folder. */
  file: v.pipe(v.string(), v.regex(/^[a-z]+(?:-[a-z]+)*\.json$/)),
  /** The case, for people, in Markdown. */
  shows: name,
  /**
   * The function that it is for, by its file in `dist`; by default the one for launches. `second-look` takes batches of
   * messages: the event's file holds a whole batch, or the body of one message.
   */
  function: v.optional(v.picklist(['enforce-name-tag', 'second-look']), 'enforce-name-tag'),
  /** What EC2 holds when the event arrives, where that is not what the event shows. */
  live: v.optional(
    v.array(
      v.strictObject({
        reservationId: name,
        clientToken: v.optional(name),
        /** When the instances were launched for the first time, in ISO 8601; when the event arrives, if left out. */
        launchedAt: v.optional(
          v.pipe(
            time,
            v.transform((text) => Date.parse(text)),
          ),
        ),
        instances: v.array(
          v.strictObject({
            instanceId,
            /** The service provider that manages it. */
            operator: v.optional(name),
            tags: v.array(v.strictObject({ key: v.string(), value: v.string() })),
          }),
        ),
      }),
    ),
  ),
  /** What the handler answers or throws with the default settings. */
  expected: v.union([
    v.strictObject({
      launch: v.variant('kind', [
        v.strictObject({ kind: v.picklist(['listed', 'unlisted']) }),
        v.strictObject({ kind: v.literal('ignored'), reason: name }),
      ]),
      outcomes,
    }),
    v.strictObject({ batchItemFailures: v.tuple([]), outcomes }),
    v.variant('error', [
      v.strictObject({ error: v.literal('InvalidEventError'), path: name }),
      v.strictObject({ error: v.literal('UnlistedLaunchError'), incomplete: name }),
    ]),
  ]),
  /** What becomes of the instances when these tag keys are exempt. */
  exempting: v.optional(v.strictObject({ tagKeys: v.array(name), outcomes })),
});

/** A sample event: what it shows, what EC2 holds, and what happens. */
export type SampleEvent = v.InferOutput<typeof SampleSchema>;

/**
 * All sample events, in the order of their table.
 *
 * @throws ValiError when `expected.json` is not of this shape
 */
export async function readSampleEvents(): Promise<readonly SampleEvent[]> {
  const text = await readFile(resolve(sampleEventsFolder, 'expected.json'), 'utf8');
  return v.parse(v.array(SampleSchema), JSON.parse(text));
}

/** The sample event that this file is; undefined for an event of one's own. */
export async function sampleEventAt(path: string): Promise<SampleEvent | undefined> {
  const samples = await readSampleEvents();
  return samples.find(({ file }) => resolve(sampleEventsFolder, file) === resolve(path));
}
