import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { chunk } from '../../../src/enforcer/chunk.ts';
import { eventBridge, sqs } from './clients.ts';

/** Puts the events of instances that came to run just now on the default bus, as EC2 does. */
export async function deliverStarts(instanceIds: readonly string[], client = eventBridge): Promise<void> {
  for (const ids of chunk(instanceIds, 10)) {
    const { FailedEntryCount: failed } = await client.send(
      new PutEventsCommand({
        Entries: ids.map((id) => ({
          Source: 'aws.ec2',
          DetailType: 'EC2 Instance State-change Notification',
          Detail: JSON.stringify({ 'instance-id': id, state: 'running' }),
        })),
      }),
    );
    if (failed !== 0) throw new Error(`EventBridge refused ${failed} of ${ids.length} events.`);
  }
}

/** Lets the queue hand its messages out at once: two minutes are long for a test. */
export async function withoutDelay(queueUrl: string): Promise<void> {
  await delayOf(queueUrl, 0);
}

export async function delayOf(queueUrl: string, seconds: number): Promise<void> {
  const Attributes = { DelaySeconds: String(seconds) };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
}

/** How many messages a queue holds, delayed and hidden ones included. */
export async function messagesIn(queueUrl: string): Promise<number> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesDelayed',
    'ApproximateNumberOfMessagesNotVisible',
  ] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
