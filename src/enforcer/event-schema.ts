import * as v from 'valibot';
import { shown, UserIdentity } from './user-identity.ts';

/*
 * What is read of an event, in three steps, so that an event which is none of our business is ignored and not
 * called invalid. https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
 */

/** An instance id as EC2 gives it. */
export const instanceIdText = v.pipe(
  v.string(),
  v.regex(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'an instance id: i- and 8 or 17 hex digits'),
);

/** CloudTrail leaves out a field that is too large: as null, as `"true"`, or as `{omitted: true}`. */
function leftOut<const S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    v.nullish(v.unknown(), {}),
    v.transform((field) => (field === 'true' ? {} : field)),
    schema,
  );
}

const TagSchema = v.object({ key: v.string(), value: v.nullish(v.string(), '') });
const TagList = v.array(shown(TagSchema));

/** Every event that EventBridge delivers. */
export const Envelope = v.object({ source: v.string(), 'detail-type': v.string() });

/** An API call, successful or not. */
export const ApiCall = v.object({
  detail: v.object({ eventSource: v.string(), eventName: v.string(), errorCode: v.optional(v.unknown()) }),
});

/** As CloudTrail writes it, for example `2026-03-01T09:00:00Z`. */
export const utcTime = v.pipe(v.string(), v.transform(readUtcTime), v.number());

/** A `RunInstances` call that succeeded. */
export const SuccessfulLaunch = v.object({
  account: shown(v.string()),
  region: shown(v.string()),
  detail: v.object({
    eventID: shown(v.string()),
    eventTime: shown(utcTime),
    recipientAccountId: shown(v.string()),
    awsRegion: shown(v.string()),
    userIdentity: shown(UserIdentity),
    userAgent: shown(v.string()),
    sessionCredentialFromConsole: shown(v.string()),
    requestParameters: shown(
      v.object({
        clientToken: shown(v.string()),
        instancesSet: shown(
          v.object({
            items: shown(
              v.array(shown(v.object({ minCount: shown(v.number()), maxCount: shown(v.number()) }))),
            ),
          }),
        ),
        tagSpecificationSet: shown(
          v.object({
            items: shown(v.array(shown(v.object({ resourceType: shown(v.string()), tags: shown(TagList) })))),
          }),
        ),
      }),
    ),
    responseElements: leftOut(
      v.object({
        reservationId: shown(v.string()),
        instancesSet: leftOut(
          v.object({
            items: v.nullish(
              v.array(
                v.object({ instanceId: instanceIdText, tagSet: shown(v.object({ items: shown(TagList) })) }),
              ),
            ),
          }),
        ),
      }),
    ),
  }),
});

/**
 * Written again, a time has the same day and second: `Date` takes the 30th of February for the 2nd of March. A `T` in
 * that place leaves out years that are not of four digits.
 *
 * @returns epoch milliseconds; NaN for another text, which is no `v.number()`
 */
function readUtcTime(text: string): number {
  const time = new Date(text);
  const isUtcTime = !Number.isNaN(time.getTime()) && text[10] === 'T' && text.endsWith('Z');
  return isUtcTime && time.toISOString().startsWith(text.slice(0, 19)) ? time.getTime() : Number.NaN;
}
