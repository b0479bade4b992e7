import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { noticeOf } from '../notices/notice.ts';
import type { Delivery, EventBus } from '../notices/notifier.ts';
import { within } from './within-deadline.ts';

/** What rules know the notices by. The function's role may put events of this source alone. */
const SOURCE = 'ec2-name-tag-enforcer';

/** Milliseconds. EventBridge answers within a tenth of a second; one connection that hangs must not eat the deadline. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 1_500 } as const;

/**
 * EventBridge through the AWS SDK. Make it once and keep it: it holds the connections.
 *
 * @param name of the event bus, for example `default`
 * @param stack whose notices they are: the rule of each stack takes its own
 */
export function createEventBus(name: string, stack: string): EventBus {
  const client = new EventBridgeClient({
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: { ...TIMEOUTS, throwOnRequestTimeout: true },
  });
  return {
    async put(kills, deadline) {
      const { detailType, detail } = noticeOf(kills);
      const command = new PutEventsCommand({
        Entries: [
          {
            EventBusName: name,
            Source: SOURCE,
            DetailType: detailType,
            Detail: JSON.stringify({ ...detail, stack }),
            Time: new Date(kills.at),
          },
        ],
      });
      return within<Delivery>(deadline, async (abortSignal) => {
        // A call that succeeds may have failed for its entry:
        // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
        const { FailedEntryCount = 0, Entries: [entry] = [] } = await client.send(command, { abortSignal });
        if (FailedEntryCount === 0) return { kind: 'accepted' };
        return { kind: 'call-failed', detail: `${entry?.ErrorCode}: ${entry?.ErrorMessage}` };
      });
    },
  };
}
