import type { Tag } from '../../../src/enforcer/launch.ts';
import type { NewInstance } from '../in-memory-instance.ts';
import { idOf, launchedAt } from '../launches.ts';
import { tagKinds } from './schedule.ts';
import type { InstancePlan, LaunchPlan, Schedule } from './schedule.ts';

/** One launch of a schedule: its instances, and the event that tells of it. */
export interface ModelLaunch {
  readonly plan: LaunchPlan;
  readonly instances: readonly NewInstance[];
  readonly event: unknown;
}

/** Instances that no event names, nameless, for stray answers to show. */
export const bystanders: readonly NewInstance[] = [
  { instanceId: idOf(0xf1), reservationId: 'r-other', clientToken: 'token-other' },
  { instanceId: idOf(0xf2) },
];

/** Where the fleet is. */
export const home = { account: '111122223333', region: 'eu-central-1' } as const;

/** Milliseconds from an event's coming in which all instances of an uncounted launch show up. */
const SHOWN_WITHIN = 1_900;

/** The launches of a schedule, all of the moment at which time begins. */
export function launchesOf({ launches }: Schedule): ModelLaunch[] {
  return launches.map((plan, index) => {
    const instances = plan.instances.map((instance, position) => {
      return made(instance, plan, { instanceId: idOf(16 * (index + 1) + position), number: index });
    });
    return { plan, instances, event: eventOf(plan, instances, index) };
  });
}

function made(
  { tags, changes, zone, quirk, hiddenFor, unknownFor }: InstancePlan,
  { form, isCounted, requestTags, deliveredAfter }: LaunchPlan,
  { instanceId, number }: { instanceId: string; number: number },
): NewInstance {
  // Of an uncounted launch, EC2's answers alone tell how many instances it has. They must be complete in time.
  const completeAfter = Math.min(...deliveredAfter) + SHOWN_WITHIN;
  const shown = form === 'listed' || isCounted ? hiddenFor : Math.min(hiddenFor, completeAfter);
  return {
    instanceId,
    zone,
    tags: together(tagKinds[requestTags], tagKinds[tags]),
    reservationId: `r-${number}`,
    clientToken: `token-${number}`,
    protected: quirk === 'protected',
    unsupported: quirk === 'unsupported',
    managed: quirk === 'managed',
    hiddenUntil: launchedAt + shown,
    unknownUntil: launchedAt + unknownFor,
    tagChanges: changes.map(({ after, tags: kind }) => ({ at: launchedAt + after, tags: tagKinds[kind] })),
    ...(quirk === 'gone' && { terminatedAt: launchedAt + hiddenFor + unknownFor }),
  };
}

/** The tags of the request, and those of the instance's own that have another key. */
function together(request: readonly Tag[], own: readonly Tag[]): readonly Tag[] {
  return [...request, ...own.filter(({ key }) => request.every((tag) => tag.key !== key))];
}

function eventOf(plan: LaunchPlan, instances: readonly NewInstance[], number: number): unknown {
  const { form, isCounted, requestTags, isForeign } = plan;
  const count = instances.length;
  const items = instances.map(({ instanceId, tags }, index) => {
    return Object.assign(
      { instanceId },
      plan.instances[index]?.isShownInEvent && { tagSet: { items: tags } },
    );
  });
  const responses = {
    listed: { reservationId: `r-${number}`, instancesSet: { items } },
    'by-reservation': { reservationId: `r-${number}`, instancesSet: { omitted: true } },
    'by-token': null,
    'without-reference': { omitted: true },
  } as const satisfies Record<LaunchPlan['form'], unknown>;
  return {
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    account: isForeign ? '999988887777' : home.account,
    region: home.region,
    detail: {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      eventTime: new Date(launchedAt).toISOString(),
      requestParameters: {
        ...(form !== 'without-reference' && { clientToken: `token-${number}` }),
        instancesSet: { items: [{ minCount: isCounted ? count : 1, maxCount: isCounted ? count : 9 }] },
        tagSpecificationSet: { items: [{ resourceType: 'instance', tags: tagKinds[requestTags] }] },
      },
      responseElements: responses[form],
    },
  };
}
