import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { putEvents, startEvent } from '../../../src/local/aws/put-events.ts';
import { eventBridge, sqs } from './clients.ts';

/** Puts the events of instances that came to run just now on the default bus, as EC2 does. */
export async function deliverStarts(instanceIds: readonly string[], client = eventBridge): Promise<void> {
  await putEvents(
    client,
    instanceIds.map((instanceId) => startEvent(instanceId)),
  );
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
