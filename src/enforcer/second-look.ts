import { dueTime, isForeign, judgeLaunch, withOutcomes } from './enforce-launch.ts';
import type { Enforcement } from './enforcement.ts';
import type { InstanceId, LaunchSource } from './launch.ts';
import type { InstancesMessage, LaunchMessage, StartedMessage } from './second-look-message.ts';
import { settle } from './settle.ts';
import type { InstanceToSettle } from './next-step.ts';
import type { Settlement } from './settlement.ts';

/** A message that asks for instances to be looked at. */
export type DueMessage = StartedMessage | InstancesMessage | LaunchMessage;

/** What came of one message. */
export interface Look<M extends DueMessage = DueMessage> {
  readonly message: M;
  /** Whether EC2's own signal alone tells of the instances: a launch event may tell of them as well. */
  readonly isStart: boolean;
  readonly source: LaunchSource;
  readonly settlement: Settlement;
}

/** When the instances of a message may be terminated, in epoch milliseconds; undefined: at once. */
export function dueTimeOf(message: DueMessage, enforcement: Enforcement): number | undefined {
  switch (message.kind) {
    case 'started':
      return dueTime(message.startedAt, enforcement);
    case 'instances':
      return message.dueAt;
    case 'launch':
      return dueTime(message.launch.source.launchedAt, enforcement);
  }
}

/**
 * Looks at the instances of many messages together, so that a batch takes as few calls as there can be: one describe
 * call for each 200 instances, and one call to terminate. An instance that several messages tell of has its outcome in
 * one of them alone, the one that knows most of its launch: so nobody is told twice.
 *
 * @param messages whose time has come
 * @returns what came of each, in their order
 */
export async function secondLook<M extends DueMessage>(
  messages: readonly M[],
  enforcement: Enforcement,
): Promise<Look<M>[]> {
  const judged = await Promise.all(messages.map(async (message) => judge(message, enforcement)));
  const asked = new Map<InstanceId, { readonly of: Judged<M>; readonly instance: InstanceToSettle }>();
  for (const one of judged) {
    for (const instance of one.toSettle) {
      const other = asked.get(instance.instanceId);
      asked.set(
        instance.instanceId,
        other === undefined ? { of: one, instance } : together(other, { of: one, instance }),
      );
    }
  }
  const outcomes = await settle(
    [...asked.values()].map(({ instance }) => instance),
    enforcement,
  );
  const outcomesOf = Map.groupBy(outcomes, ({ instanceId }): unknown => asked.get(instanceId)?.of);
  return judged.map((one) => ({
    message: one.message,
    isStart: one.isStart,
    source: one.source,
    settlement: withOutcomes(one.settlement, outcomesOf.get(one) ?? []),
  }));
}

interface Judged<M extends DueMessage> extends Look<M> {
  readonly toSettle: readonly InstanceToSettle[];
}

async function judge<M extends DueMessage>(message: M, enforcement: Enforcement): Promise<Judged<M>> {
  const due: DueMessage = message;
  if (due.kind === 'launch') {
    return {
      message,
      isStart: false,
      source: due.launch.source,
      ...(await judgeLaunch(due.launch, enforcement)),
    };
  }
  const { home } = enforcement;
  const { source, startedAt } = due;
  const about = { message, isStart: startedAt !== undefined, source };
  if (home !== undefined && isForeign(source, home))
    return { ...about, settlement: { kind: 'foreign', home, outcomes: [] }, toSettle: [] };
  // What came to run was launched at that time at the latest.
  const launchedAt = source.launchedAt ?? startedAt;
  const dueAt = dueTimeOf(due, enforcement);
  const instanceIds = due.kind === 'started' ? [due.instanceId] : due.instanceIds;
  return {
    ...about,
    settlement: { kind: 'settled', outcomes: [] },
    toSettle: instanceIds.map((instanceId): InstanceToSettle => ({
      instanceId,
      launchedAt,
      startedAt,
      dueAt,
      launcher: source.launcher,
    })),
  };
}

interface Asked<M extends DueMessage> {
  readonly of: Judged<M>;
  readonly instance: InstanceToSettle;
}

/** An instance that is known to be launched is one, whatever else tells of its start; the later due time counts. */
function together<M extends DueMessage>(one: Asked<M>, other: Asked<M>): Asked<M> {
  const certain =
    one.instance.startedAt !== undefined && other.instance.startedAt === undefined ? other : one;
  const dueTimes = [one.instance.dueAt, other.instance.dueAt].filter((time) => time !== undefined);
  return {
    of: certain.of,
    instance: { ...certain.instance, dueAt: dueTimes.length === 0 ? undefined : Math.max(...dueTimes) },
  };
}
