import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { putEvents, type BusEvent } from '../../../src/local/aws/put-events.ts';
import type { RunInstancesCall } from '../../../src/local/ec2/call.ts';
import { launchEvent, type LaunchEvent, type Launcher } from '../../../src/local/launch-event.ts';
import { account, region } from '../setup/environment.ts';
import { eventBridge } from './clients.ts';

/** Who launches, where it does not matter. */
export const person: Launcher = { kind: 'user', name: 'lena' };
export const autoScaling: Launcher = { kind: 'service', service: 'autoscaling.amazonaws.com' };

/** The event that CloudTrail writes of a call. */
export function eventOf(
  call: RunInstancesCall,
  launcher = person,
  parts: { omitResponse?: boolean; account?: string; region?: string } = {},
): LaunchEvent {
  return launchEvent({ account, region, launcher, call, ...parts });
}

export type { BusEvent };

/** Puts events on the default bus, as CloudTrail does with what it records. */
export async function deliver(...events: readonly BusEvent[]): Promise<void> {
  await deliverTo(eventBridge, ...events);
}

/** Puts events on the default bus of a client's account and region. */
export async function deliverTo(client: EventBridgeClient, ...events: readonly BusEvent[]): Promise<void> {
  await putEvents(client, events);
}
