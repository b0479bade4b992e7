import * as v from 'valibot';
import type { Tag } from '../enforcer/launch.ts';
import { isInstanceId } from './ec2/instance-ids.ts';
import type { NewInstance, NewReservation } from './ec2/fleet-state.ts';

const maybe = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(v.fallback(v.nullable(schema), null));

const tag = v.pipe(
  v.object({ key: v.string(), value: v.optional(v.string(), '') }),
  v.transform(({ key, value }): Tag => ({ key, value })),
);
const launchEvent = v.object({
  detail: v.object({
    eventTime: maybe(v.pipe(v.string(), v.isoTimestamp())),
    requestParameters: maybe(
      v.object({
        clientToken: maybe(v.string()),
        instancesSet: maybe(v.object({ items: v.array(v.object({ minCount: maybe(v.number()) })) })),
        tagSpecificationSet: maybe(
          v.object({ items: v.array(v.object({ resourceType: v.string(), tags: v.array(tag) })) }),
        ),
      }),
    ),
    errorCode: maybe(v.string()),
    responseElements: maybe(
      v.object({
        reservationId: maybe(v.string()),
        instancesSet: maybe(
          v.object({
            items: v.array(
              v.object({
                instanceId: v.string(),
                imageId: maybe(v.string()),
                instanceType: maybe(v.string()),
                placement: maybe(v.object({ availabilityZone: maybe(v.string()) })),
                tagSet: maybe(v.object({ items: v.array(tag) })),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});
type Detail = v.InferOutput<typeof launchEvent>['detail'];

/**
 * The instances that an event tells of, alive, with the tags that it shows of them: each id of the answer, or,
 * if CloudTrail left the answer out, as many as were asked for at least, to be found by their client token.
 *
 * @param event an EventBridge event of a CloudTrail record
 * @returns what `FleetState.add` takes; undefined when the event tells of no instance
 */
export function instancesOfEvent(event: unknown): NewReservation | undefined {
  const parsed = v.safeParse(launchEvent, event);
  if (!parsed.success) return undefined;
  const { detail } = parsed.output;
  const instances = listed(detail) ?? unlisted(detail);
  if (instances.length === 0) return undefined;
  return {
    reservationId: detail.responseElements?.reservationId ?? undefined,
    clientToken: detail.requestParameters?.clientToken ?? undefined,
    launchedAt: typeof detail.eventTime === 'string' ? Date.parse(detail.eventTime) : undefined,
    instances,
  };
}

function listed({ requestParameters, responseElements }: Detail): readonly NewInstance[] | undefined {
  return responseElements?.instancesSet?.items
    .filter(({ instanceId }) => isInstanceId(instanceId))
    .map((item) => ({
      instanceId: item.instanceId,
      imageId: item.imageId ?? undefined,
      instanceType: item.instanceType ?? undefined,
      availabilityZone: item.placement?.availabilityZone ?? undefined,
      tags: [...requestTags(requestParameters), ...(item.tagSet?.items ?? [])],
    }));
}

function unlisted({ errorCode, requestParameters, responseElements }: Detail): readonly NewInstance[] {
  const findable = (responseElements?.reservationId ?? requestParameters?.clientToken ?? '') !== '';
  if (typeof errorCode === 'string' || !findable) return [];
  const count = requestParameters?.instancesSet?.items[0]?.minCount ?? 1;
  return Array.from({ length: count }, () => ({ tags: requestTags(requestParameters) }));
}

function requestTags(request: Detail['requestParameters']): readonly Tag[] {
  const specifications = request?.tagSpecificationSet?.items ?? [];
  return specifications.filter(({ resourceType }) => resourceType === 'instance').flatMap(({ tags }) => tags);
}
