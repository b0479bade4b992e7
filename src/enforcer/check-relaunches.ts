import pMap from 'p-map';
import { chunk } from './chunk.ts';
import type { Enforcement } from './enforcement.ts';
import type { Description, LiveInstance } from './fleet.ts';
import { judge } from './judge.ts';
import { isSameGroup, serviceGroupOf } from './service-group.ts';
import type { ServiceGroup } from './service-group.ts';

/** Whether a group launches again what is terminated. */
export type RelaunchCheck =
  | { readonly kind: 'below-limit' }
  /** So many of its nameless instances ended within about an hour. */
  | { readonly kind: 'relaunched'; readonly ended: number }
  | { readonly kind: 'unreadable'; readonly transient: boolean; readonly detail: string }
  | { readonly kind: 'out-of-time' };

/** A nameless instance of a group. */
export interface GroupMember {
  readonly group: ServiceGroup;
  /** Of the instance: what ended of the same launch was not launched again. */
  readonly reservationId: string | undefined;
}

/** Calls under way at once; most batches have no group at all. */
const PARALLEL_CALLS = 5;

/**
 * Asks EC2 how many nameless instances of each group ended lately: it is the only memory there is. One call is for many
 * groups of a kind, however many instances of them there are.
 *
 * EC2 shows a terminated instance for about an hour, and says that its tags may go before it. So this counts too few for a
 * group that loses fewer than the limit in that time, as one does that has long grace.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
 *
 * @param members instances that are about to be terminated
 * @returns each of them, with what is known of its group
 */
export async function checkRelaunches<T extends GroupMember>(
  members: readonly T[],
  enforcement: Pick<Enforcement, 'fleet' | 'deadline' | 'exemptTagKeys' | 'relaunchLimit'>,
): Promise<(readonly [T, RelaunchCheck])[]> {
  const { fleet, deadline } = enforcement;
  const byGroup = [...Map.groupBy(members, ({ group: { kind, name } }) => `${kind} ${name}`).values()];
  const byKind = Map.groupBy(byGroup, ([first]) => first?.group.kind);
  const asked = [...byKind.values()].flatMap((groups) => chunk(groups, fleet.limits.describe));
  const checked = await pMap(
    asked,
    async (groups) => {
      const answer = await fleet.findDown(
        groups.flatMap(([first]) => first?.group ?? []),
        deadline,
      );
      return groups.flatMap((ofGroup) => checkGroup(ofGroup, answer, enforcement));
    },
    { concurrency: PARALLEL_CALLS },
  );
  return checked.flat();
}

/** Launch by launch: what ends of one of them is lost to the group before the next one is judged. */
function checkGroup<T extends GroupMember>(
  members: readonly T[],
  answer: Description,
  { exemptTagKeys, relaunchLimit }: Pick<Enforcement, 'exemptTagKeys' | 'relaunchLimit'>,
): (readonly [T, RelaunchCheck])[] {
  switch (answer.kind) {
    case 'described': {
      const isLost = (one: LiveInstance): boolean =>
        (one.state === 'shutting-down' || one.state === 'terminated') &&
        judge(one.tags, exemptTagKeys).verdict === 'terminate';
      const lost = answer.instances.filter(isLost);
      let lostNow = 0;
      return [...Map.groupBy(members, ({ reservationId }) => reservationId)].flatMap(
        ([reservation, launch]) => {
          const before = lost.filter(
            (one) =>
              isSameGroup(serviceGroupOf(one), launch[0]?.group) &&
              (reservation === undefined || one.reservationId !== reservation),
          ).length;
          const ended = before + lostNow;
          const check = ended < relaunchLimit ? below : ({ kind: 'relaunched', ended } as const);
          if (check === below) lostNow += launch.length;
          return launch.map((member) => [member, check] as const);
        },
      );
    }
    case 'call-failed': {
      const { transient, detail } = answer;
      return members.map((member) => [member, { kind: 'unreadable', transient, detail }] as const);
    }
    case 'out-of-time':
      return members.map((member) => [member, answer] as const);
  }
}

const below = { kind: 'below-limit' } as const;
