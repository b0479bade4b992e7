import pMap from 'p-map';
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
 * Asks EC2 how many nameless instances of each group ended lately: it is the only memory there is. One call for a group,
 * however many of its instances there are.
 *
 * EC2 shows a terminated instance for about an hour, and says that its tags may go before it: then this counts too few, and
 * one more is terminated. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
 *
 * @param members instances that are about to be terminated
 * @returns each of them, with what is known of its group
 */
export async function checkRelaunches<T extends GroupMember>(
  members: readonly T[],
  {
    fleet,
    deadline,
    exemptTagKeys,
    relaunchLimit,
  }: Pick<Enforcement, 'fleet' | 'deadline' | 'exemptTagKeys' | 'relaunchLimit'>,
): Promise<(readonly [T, RelaunchCheck])[]> {
  const byGroup = Map.groupBy(members, ({ group: { kind, name } }) => `${kind} ${name}`);
  const checked = await pMap(
    byGroup.values(),
    async (ofGroup) => {
      const [first] = ofGroup;
      if (first === undefined) return [];
      const answer = await fleet.findDown(first.group, deadline);
      return ofGroup.map((member) => [member, check(answer, member)] as const);
    },
    { concurrency: PARALLEL_CALLS },
  );
  return checked.flat();

  function check(answer: Description, { group, reservationId }: GroupMember): RelaunchCheck {
    switch (answer.kind) {
      case 'described': {
        const isRelaunch = (one: LiveInstance): boolean =>
          (one.state === 'shutting-down' || one.state === 'terminated') &&
          isSameGroup(group, serviceGroupOf(one)) &&
          judge(one.tags, exemptTagKeys).verdict === 'terminate' &&
          (reservationId === undefined || one.reservationId !== reservationId);
        const ended = answer.instances.filter(isRelaunch).length;
        return ended < relaunchLimit ? { kind: 'below-limit' } : { kind: 'relaunched', ended };
      }
      case 'call-failed':
        return { kind: 'unreadable', transient: answer.transient, detail: answer.detail };
      case 'out-of-time':
        return answer;
    }
  }
}
