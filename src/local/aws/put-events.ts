import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import type { LaunchEvent } from '../launch-event.ts';

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

/** Puts events on the default bus, as CloudTrail and EC2 do with what they see. */
export async function putEvents(eventBridge: EventBridgeClient, events: readonly BusEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += batchSize) {
    const entries = events.slice(start, start + batchSize).map((event): PutEventsRequestEntry => ({
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
    }));
    const { FailedEntryCount: failed } = await eventBridge.send(new PutEventsCommand({ Entries: entries }));
    if (failed !== 0) throw new Error(`EventBridge refused ${failed} of ${entries.length} events.`);
  }
}

/** The event of an instance that came to run just now, as EC2 writes it. */
export function startEvent(instanceId: string): BusEvent {
  return {
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    detail: { 'instance-id': instanceId, state: 'running' },
  };
}
