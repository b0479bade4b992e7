import type { CallFailed, InstanceFleet } from '../enforcer/fleet.ts';
import type { MemberFleets } from '../enforcer/fleets.ts';
import type { Queue } from '../enforcer/queue.ts';
import type { EventBus } from '../notices/notifier.ts';
import type { Hub } from './member-sessions.ts';
import type { Members } from './members.ts';
import { oneLineOf } from './one-line.ts';

/*
 * Adapters that load the AWS SDK at their first call: loading it takes longer than all else that a function does, and
 * most launches are named in their event and need none.
 */

/**
 * How many ids one EC2 call takes: the values of one filter, and what TerminateInstances takes.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export const ec2Limits = { describe: 200, terminate: 1000 } as const;

/** The fleet of the function's own account and region. */
export function ec2FleetOnDemand(endpointUrl: string | undefined): InstanceFleet {
  return fleetOf(once(async () => (await import('./ec2-fleet.ts')).createEc2Fleet(endpointUrl)));
}

/** What a hub acts with in the members of its organization. */
export interface MembersOnDemand {
  readonly fleets: MemberFleets;
  /** Takes each notice to the member that its launch is of. */
  readonly bus: EventBus;
  /** Cuts all connections. */
  readonly close: () => void;
}

export function membersOnDemand(hub: Hub, endpointUrl: string | undefined): MembersOnDemand {
  let loaded: Members | undefined;
  const load = once(async () => {
    const { createMembers } = await import('./members.ts');
    return (loaded = createMembers(hub, endpointUrl));
  });
  const loadBus = once(async () => {
    const [{ createEventBus }, members] = await Promise.all([import('./event-bus.ts'), load()]);
    return members.busOf(createEventBus);
  });
  return {
    fleets: (place, source) => fleetOf(async () => (await load()).fleets(place, source)),
    bus: { put: async (content, deadline) => (await loadBus()).put(content, deadline) },
    close: () => loaded?.close(),
  };
}

/** A load that fails is a call that fails: another try may succeed. */
function fleetOf(load: () => Promise<InstanceFleet>): InstanceFleet {
  const ask = async <T>(call: (fleet: InstanceFleet) => Promise<T>): Promise<T | CallFailed> => {
    let fleet: InstanceFleet;
    try {
      fleet = await load();
    } catch (error) {
      return { kind: 'call-failed', transient: true, detail: oneLineOf(error) };
    }
    return call(fleet);
  };
  return {
    limits: ec2Limits,
    describe: async (instanceIds, deadline) => ask(async (fleet) => fleet.describe(instanceIds, deadline)),
    find: async (reference, deadline) => ask(async (fleet) => fleet.find(reference, deadline)),
    findDown: async (groups, deadline) => ask(async (fleet) => fleet.findDown(groups, deadline)),
    terminate: async (instanceIds, deadline) => ask(async (fleet) => fleet.terminate(instanceIds, deadline)),
    name: async (instanceId, name, deadline) => ask(async (fleet) => fleet.name(instanceId, name, deadline)),
  };
}

/**
 * @param name of the event bus, for example `default`
 * @param stack whose notices they are
 */
export function eventBusOnDemand(name: string, stack: string): EventBus {
  const load = once(async () => (await import('./event-bus.ts')).createEventBus(name, stack));
  return { put: async (content, deadline) => (await load()).put(content, deadline) };
}

/** @param url of the queue */
export function sqsQueueOnDemand(url: string): Queue {
  const load = once(async () => (await import('./sqs-queue.ts')).createSqsQueue(url));
  return { send: async (messages, deadline) => (await load()).send(messages, deadline) };
}

/** Loads at the first call, and keeps it. A load that fails is tried again: the function may live on for hours. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return async () => {
    const current = (loading ??= load());
    try {
      return await current;
    } catch (error) {
      if (loading === current) loading = undefined;
      throw error;
    }
  };
}
