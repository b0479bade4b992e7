import type { Enforcement } from './enforcement.ts';
import { locate } from './fleets.ts';
import { judge } from './judge.ts';
import type { InstanceId, Launch } from './launch.ts';
import type { Outcome } from './outcome.ts';
import type { InstanceToSettle } from './open-instance.ts';
import type { Settlement } from './settlement.ts';

/**
 * Settles one launch: spares what its launch tags show as named or exempt, and settles the rest by the live tags.
 * Running it again on the same launch is always safe.
 *
 * The event is trusted to spare, never to kill: launch tags that show a name spare without a call to EC2; before
 * a kill the live tags are read. Every instance gets its outcome, whatever happens to the others, and nothing but
 * the launch's own instances is touched, whatever EC2 answers.
 *
 * @returns the settlement; `settlementError` tells whether it leaves anything open
 */
export async function enforceLaunch(launch: Launch, enforcement: Enforcement): Promise<Settlement> {
  const located = locate(launch.source, enforcement);
  if (located.kind === 'foreign') return { ...located, outcomes: [] };
  const { settlement, toSettle } = await judgeLaunch(launch, located.enforcement);
  return withOutcomes(settlement, await settleByLiveTags(toSettle, located.enforcement));
}

/** What the event of a launch settles, and which instances are left to settle by their live tags. */
export interface JudgedLaunch {
  readonly settlement: Settlement;
  readonly toSettle: readonly InstanceToSettle[];
}

/**
 * Judges a launch by its event alone; EC2 is asked for instances that the event does not list, and for no tags.
 *
 * @param enforcement with the fleet of the account and region of the launch
 */
export async function judgeLaunch(launch: Launch, enforcement: Enforcement): Promise<JudgedLaunch> {
  const { exemptTagKeys } = enforcement;
  const { account, region } = launch.source;
  // What EC2 does not show is gone only where it was launched.
  const launchedAt = account === undefined || region === undefined ? undefined : launch.source.launchedAt;
  const dueAt = dueTime(launch.source.launchedAt, enforcement);
  const { launcher } = launch.source;
  const open = (instanceId: InstanceId): InstanceToSettle => ({ instanceId, launchedAt, dueAt, launcher });
  switch (launch.kind) {
    case 'listed': {
      const spared: Outcome[] = [];
      const toSettle: InstanceToSettle[] = [];
      for (const { instanceId, launchTags } of launch.instances) {
        const { verdict, reason } = judge(launchTags, exemptTagKeys);
        if (verdict === 'terminate') toSettle.push(open(instanceId));
        else spared.push({ instanceId, outcome: 'spared', reason: `${reason}-at-launch` });
      }
      return { settlement: { kind: 'settled', outcomes: spared }, toSettle };
    }
    case 'unlisted': {
      const { verdict, reason } = judge(launch.launchTags, exemptTagKeys);
      if (verdict === 'spare') {
        return {
          settlement: { kind: 'spared-whole', reason: `${reason}-at-launch`, outcomes: [] },
          toSettle: [],
        };
      }
      const { findLaunch } = await import('./find-launch.ts');
      const { instanceIds, incomplete } = await findLaunch(launch, enforcement);
      return {
        settlement:
          incomplete === undefined
            ? { kind: 'settled', outcomes: [] }
            : { kind: 'incomplete', incomplete, outcomes: [] },
        toSettle: instanceIds.map(open),
      };
    }
  }
}

/** The settlement with more outcomes. One that has nothing left to settle stays as it is. */
export function withOutcomes(settlement: Settlement, outcomes: readonly Outcome[]): Settlement {
  switch (settlement.kind) {
    case 'settled':
    case 'incomplete':
      return { ...settlement, outcomes: [...settlement.outcomes, ...outcomes] };
    case 'spared-whole':
    case 'foreign':
      return settlement;
  }
}

/**
 * When the instances of a launch may be terminated, in epoch milliseconds; undefined: at once.
 *
 * @param launchedAt epoch milliseconds; undefined when nobody knows: then grace begins now
 */
export function dueTime(
  launchedAt: number | undefined,
  { grace = 0, clock }: Pick<Enforcement, 'grace' | 'clock'>,
): number | undefined {
  return grace === 0 ? undefined : (launchedAt ?? clock.now()) + grace;
}

/** Loads what it takes first: most launches are settled by their event, and a start should not wait for it. */
async function settleByLiveTags(
  instances: readonly InstanceToSettle[],
  enforcement: Enforcement,
): Promise<Outcome[]> {
  if (instances.length === 0) return [];
  const { settle } = await import('./settle.ts');
  return settle(instances, enforcement);
}
