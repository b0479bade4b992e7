import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
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

/** What `PutEvents` takes of an event; EventBridge makes the rest itself. */
export type BusEvent =
  | Pick<LaunchEvent, 'source' | 'detail-type' | 'detail'>
  | {
      readonly source: string;
      readonly 'detail-type': string;
      readonly detail: object;
    };

/** `PutEvents` takes so many at a time. */
const batchSize = 10;

/** Puts events on the default bus, as CloudTrail does with what it records. */
export async function deliver(...events: readonly BusEvent[]): Promise<void> {
  await deliverTo(eventBridge, ...events);
}

/** Puts events on the default bus of a client's account and region. */
export async function deliverTo(client: EventBridgeClient, ...events: readonly BusEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += batchSize) {
    const entries = events.slice(start, start + batchSize).map((event): PutEventsRequestEntry => ({
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
    }));
    const { FailedEntryCount: failed } = await client.send(new PutEventsCommand({ Entries: entries }));
    if (failed !== 0) throw new Error(`EventBridge refused ${failed} of ${entries.length} events.`);
  }
}
