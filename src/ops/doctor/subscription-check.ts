import type { Connection } from '../aws/connection.ts';
import { readSubscriptions, type Subscriptions } from '../aws/sns-topic.ts';
import { counted } from '../counted.ts';
import type { Stack } from '../stack.ts';
import { fail, ok, type Check, type CheckResult } from './check.ts';

/** Whether anybody is told when an alarm rings or an instance is terminated. */
export function subscriptionCheck(connection: Connection, { outputs }: Stack): Check {
  const { NotificationTopicArn } = outputs;
  return {
    name: 'Somebody is told',
    look: async () =>
      subscriptionsResult(await readSubscriptions(connection, NotificationTopicArn), NotificationTopicArn),
  };
}

export function subscriptionsResult({ confirmed, pending }: Subscriptions, topicArn: string): CheckResult {
  if (confirmed > 0) return ok(`${counted(confirmed, 'confirmed subscriber')} of the notification topic`);
  if (pending > 0) {
    return fail(
      `Nobody is told: ${counted(pending, 'subscriber')} of the notification topic did not confirm yet`,
      'Follow the link in the e-mail that AWS sent to the address',
    );
  }
  return fail(
    'Nobody is told: the notification topic has no subscriber, so that alarms and notices reach no one',
    `Deploy with NotificationEmail=..., or: aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint ...`,
  );
}
