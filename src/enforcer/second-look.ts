import { dueTime, judgeLaunch, withOutcomes } from './enforce-launch.ts';
import type { Enforcement } from './enforcement.ts';
import { locate } from './fleets.ts';
import type { InstanceId, LaunchSource } from './launch.ts';
import type { InstancesMessage, LaunchMessage, StartedMessage } from './second-look-message.ts';
import { settle } from './settle.ts';
import type { InstanceToSettle } from './open-instance.ts';
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
 * Looks at the instances of many messages together, so that a batch takes as few calls as there can be: for each account
 * and region one describe call for each 200 instances, and one call to terminate. They are looked at all at once, so that
 * none waits for another that does not answer. An instance that several messages tell of has its outcome in one of them
 * alone, the one that knows most of its launch: so nobody is told twice.
 *
 * @param messages whose time has come
 * @returns what came of each, in their order
 */
export async function secondLook<M extends DueMessage>(
  messages: readonly M[],
  enforcement: Enforcement,
): Promise<Look<M>[]> {
  const places = Map.groupBy(messages, (message) => placeOf(message, enforcement));
  const looks = await Promise.all(
    [...places.values()].map(async (ofPlace) => lookAtPlace(ofPlace, enforcement)),
  );
  const lookOf = new Map(looks.flat().map((look) => [look.message, look]));
  return messages.flatMap((message) => lookOf.get(message) ?? []);
}

/** @param messages of one account and region */
async function lookAtPlace<M extends DueMessage>(
  messages: readonly M[],
  anywhere: Enforcement,
): Promise<Look<M>[]> {
  const [first] = messages;
  if (first === undefined) return [];
  const located = locate(sourceOf(first), anywhere);
  if (located.kind === 'foreign')
    return messages.map((message) => ({ ...about(message), settlement: { ...located, outcomes: [] } }));
  const { enforcement } = located;
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

/** What groups messages. One that does not tell its account or region is of the stack's own, where there are no others. */
function placeOf(message: DueMessage, { home, members }: Enforcement): string {
  const { account, region } = sourceOf(message);
  const own = members === undefined ? home : undefined;
  return `${account ?? own?.account ?? 'unknown'} ${region ?? own?.region ?? 'unknown'}`;
}

function sourceOf(message: DueMessage): LaunchSource {
  return message.kind === 'launch' ? message.launch.source : message.source;
}

function about<M extends DueMessage>(message: M): Omit<Look<M>, 'settlement'> {
  const due: DueMessage = message;
  return { message, isStart: due.kind !== 'launch' && due.startedAt !== undefined, source: sourceOf(due) };
}

interface Judged<M extends DueMessage> extends Look<M> {
  readonly toSettle: readonly InstanceToSettle[];
}

async function judge<M extends DueMessage>(message: M, enforcement: Enforcement): Promise<Judged<M>> {
  const due: DueMessage = message;
  if (due.kind === 'launch') return { ...about(message), ...(await judgeLaunch(due.launch, enforcement)) };
  const { source, startedAt } = due;
  // What came to run was launched at that time at the latest.
  const launchedAt = source.launchedAt ?? startedAt;
  const dueAt = dueTimeOf(due, enforcement);
  const instanceIds = due.kind === 'started' ? [due.instanceId] : due.instanceIds;
  return {
    ...about(message),
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
