import * as v from 'valibot';
import { expect, it } from 'vitest';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { readSampleEvents } from '../../src/local/sample-events.ts';
import { readEvent } from '../support/sample-events.ts';

const samples = await Promise.all(
  (await readSampleEvents())
    .filter((sample) => sample.function === 'enforce-name-tag')
    .map(async (sample) => ({ sample, event: await readEvent(sample) })),
);
const readable = samples.flatMap(({ sample: { file, expected }, event }) =>
  'launch' in expected ? [{ file, event, ...expected }] : [],
);
const launches = readable.filter(({ launch }) => launch.kind !== 'ignored');
const listed = readable.filter(({ launch }) => launch.kind === 'listed');
const invalid = samples.flatMap(({ sample: { file, expected }, event }) =>
  'path' in expected ? [{ file, event, ...expected }] : [],
);

/** What CloudTrail writes in every record of version 1.11, and EventBridge repeats around it. */
const RecordSchema = v.object({
  account: v.string(),
  region: v.string(),
  time: v.string(),
  detail: v.object({
    eventVersion: v.literal('1.11'),
    eventID: v.string(),
    eventTime: v.string(),
    awsRegion: v.string(),
    recipientAccountId: v.string(),
    userIdentity: v.object({ arn: v.string(), invokedBy: v.optional(v.string()) }),
    requestParameters: v.object({}),
    responseElements: v.object({ reservationId: v.optional(v.string()) }),
  }),
});

it.each(readable)('$file is read as $launch.kind', ({ event, launch }) => {
  expect(readLaunch(event)).toMatchObject(launch);
});

it.each(launches)('$file tells who launched, with what, where and when, as its record says', ({ event }) => {
  const { account, region, time, detail } = v.parse(RecordSchema, event);

  const anyButUnknown: unknown = expect.not.stringMatching('unknown');

  const launch = readLaunch(event);

  expect([detail.recipientAccountId, detail.awsRegion, detail.eventTime]).toEqual([account, region, time]);
  expect(launch).toHaveProperty('source', {
    eventId: detail.eventID,
    account,
    region,
    launcher: detail.userIdentity.arn,
    invokedBy: detail.userIdentity.invokedBy,
    launchedWith: anyButUnknown,
    launchedAt: Date.parse(time),
    reservationId: detail.responseElements.reservationId,
  });
});

it.each(listed)('$file lists the instances that have an outcome, and no others', ({ event, outcomes }) => {
  const launch = readLaunch(event);

  const ids = launch.kind === 'listed' ? launch.instances.map(({ instanceId }) => instanceId) : [];
  expect(ids).toEqual(outcomes.map(({ instanceId }) => instanceId));
});

it.each(invalid)('$file is refused, and the error names $path', ({ event, error, path }) => {
  expect(() => readLaunch(event)).toThrow(expect.objectContaining({ name: error, path }));
});
