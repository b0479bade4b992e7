import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { clientSettings, type Connection } from './connection.ts';

/** Who is subscribed to a topic: confirmed, and so told, or not yet. */
export interface Subscriptions {
  readonly confirmed: number;
  readonly pending: number;
}

/** What SNS gives in place of an ARN until the subscriber confirms: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const PENDING = 'PendingConfirmation';

export async function readSubscriptions(connection: Connection, topicArn: string): Promise<Subscriptions> {
  const client = new SNSClient(clientSettings(connection));
  let [confirmed, pending] = [0, 0];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client },
    { TopicArn: topicArn },
  )) {
    for (const { SubscriptionArn } of Subscriptions) {
      if (SubscriptionArn === PENDING) pending += 1;
      else confirmed += 1;
    }
  }
  return { confirmed, pending };
}
