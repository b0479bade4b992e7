import { judgeLaunch, isForeign, withOutcomes } from './enforce-launch.ts';
import type { Enforcement } from './enforcement.ts';
import type { InstanceId, LaunchSource } from './launch.ts';
import type { Outcome } from './outcome.ts';
import { settle } from './settle.ts';
import type { InstanceToSettle } from './settle.ts';
import type { SecondLookMessage } from './second-look-message.ts';
import type { Settlement } from './settlement.ts';

/** A message that asks for something to be looked at. */
export type DueMessage = Exclude<SecondLookMessage, { kind: 'ignored' }>;

/** What came of one message. */
export interface SecondLook {
  readonly source: LaunchSource;
  readonly settlement: Settlement;
}

/** When the instances of a message are due, in epoch milliseconds; undefined: whenever it comes. */
export function dueAt(message: DueMessage, grace: number): number | undefined {
  switch (message.kind) {
    case 'started':
      return grace === 0 ? undefined : message.startedAt + grace;
    case 'instances':
      return message.dueAt;
    case 'launch':
      return undefined;
  }
}

/**
 * Looks at the instances of many messages together, so that a batch takes as few calls as there can be. An instance of
 * several messages is looked at once, and has the same outcome in each.
 *
 * @param messages whose time has come
 * @returns what came of each, in their order
 */
export async function secondLook(
  messages: readonly DueMessage[],
  enforcement: Enforcement,
): Promise<SecondLook[]> {
  const judged = await Promise.all(messages.map(async (message) => judge(message, enforcement)));
  const toSettle = new Map<InstanceId, InstanceToSettle>();
  for (const instance of judged.flatMap((one) => one.toSettle)) {
    const other = toSettle.get(instance.instanceId);
    toSettle.set(instance.instanceId, other === undefined ? instance : together(other, instance));
  }
  const outcomes = await settle([...toSettle.values()], enforcement);
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.instanceId, outcome]));
  return judged.map(({ source, settlement, toSettle: own }) => ({
    source,
    settlement: withOutcomes(
      settlement,
      own.flatMap(({ instanceId }): Outcome[] => {
        const outcome = outcomeOf.get(instanceId);
        return outcome === undefined ? [] : [outcome];
      }),
    ),
  }));
}

interface Judged extends SecondLook {
  readonly toSettle: readonly InstanceToSettle[];
}

async function judge(message: DueMessage, enforcement: Enforcement): Promise<Judged> {
  const { home } = enforcement;
  if (message.kind === 'launch') {
    return { source: message.launch.source, ...(await judgeLaunch(message.launch, enforcement)) };
  }
  const { source } = message;
  if (home !== undefined && isForeign(source, home))
    return { source, settlement: { kind: 'foreign', home, outcomes: [] }, toSettle: [] };
  const { startedAt } = message;
  const shared = {
    // What came to run was launched at that time at the latest.
    launchedAt: source.launchedAt ?? startedAt,
    dueAt: undefined,
    ...(startedAt !== undefined && { startedAt }),
  };
  const ids = message.kind === 'started' ? [message.instanceId] : message.instanceIds;
  return {
    source,
    settlement: { kind: 'settled', outcomes: [] },
    toSettle: ids.map((instanceId) => ({ instanceId, ...shared })),
  };
}

/** An instance that is known to be launched is one, whatever else tells of its start; the later due time counts. */
function together(one: InstanceToSettle, other: InstanceToSettle): InstanceToSettle {
  const { startedAt: _, ...certain } = one.startedAt === undefined ? one : other;
  const dueTimes = [one.dueAt, other.dueAt].filter((time) => time !== undefined);
  return {
    ...(one.startedAt !== undefined && other.startedAt !== undefined ? one : certain),
    launchedAt: certain.launchedAt ?? one.launchedAt,
    dueAt: dueTimes.length === 0 ? undefined : Math.max(...dueTimes),
  };
}
