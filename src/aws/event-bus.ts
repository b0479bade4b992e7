import {
  EventBridgeClient,
  PutEventsCommand,
  type EventBridgeClientConfig,
} from '@aws-sdk/client-eventbridge';
import { noticeOf } from '../notices/notice.ts';
import type { Delivery } from '../enforcer/queue.ts';
import type { EventBus } from '../notices/notifier.ts';
import { attempt, oneAttempt } from './attempt.ts';
import { environmentCredentials } from './environment-credentials.ts';

/** What rules know the notices by. The roles that put them may put events of this source alone. */
const SOURCE = 'ec2-name-tag-enforcer';

/** Milliseconds that one attempt may take. EventBridge answers within a tenth of a second. */
const ATTEMPT = 1_500;

/**
 * EventBridge through the AWS SDK. Make it once and keep it: it holds the connections.
 *
 * @param name of the event bus, for example `default`
 * @param stack whose notices they are: the rule of each stack takes its own
 * @param connection region, whose credentials and, to share connections, the handler of requests; without it, those of
 *   Lambda's environment
 */
export function createEventBus(
  name: string,
  stack: string,
  connection: Pick<EventBridgeClientConfig, 'region' | 'credentials' | 'requestHandler'> = {
    credentials: environmentCredentials,
  },
): EventBus {
  const client = new EventBridgeClient({ ...oneAttempt, ...connection });
  return {
    async put(content, deadline) {
      const { detailType, detail } = noticeOf(content);
      const command = new PutEventsCommand({
        Entries: [
          {
            EventBusName: name,
            Source: SOURCE,
            DetailType: detailType,
            Detail: JSON.stringify({ ...detail, stack }),
            Time: new Date(content.at),
          },
        ],
      });
      return attempt<Delivery>(ATTEMPT, deadline, async (abortSignal) => {
        // A call that succeeds may have failed for its entry:
        // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
        const { FailedEntryCount = 0, Entries: [entry] = [] } = await client.send(command, { abortSignal });
        if (FailedEntryCount === 0) return { kind: 'accepted' };
        return {
          kind: 'call-failed',
          transient: true,
          detail: `${entry?.ErrorCode}: ${entry?.ErrorMessage}`,
        };
      });
    },
  };
}
