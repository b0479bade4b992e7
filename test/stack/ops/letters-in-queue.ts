import { GetQueueAttributesCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { chunk } from '../../../src/enforcer/chunk.ts';
import { sqs } from '../support/clients.ts';

/** A message to put into a queue. */
export interface NewMessage {
  readonly body: unknown;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** @returns the messages' ids, in order */
export async function putMessages(QueueUrl: string, messages: readonly NewMessage[]): Promise<string[]> {
  const ids: string[] = [];
  for (const batch of chunk(messages, 10)) {
    const { Successful = [], Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: batch.map(({ body, attributes = {} }, index) => ({
          Id: String(index),
          MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
        })),
      }),
    );
    if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} messages.`);
    const byIndex = Successful.toSorted((one, other) => Number(one.Id) - Number(other.Id));
    ids.push(...byIndex.map(({ MessageId = '' }) => MessageId));
  }
  return ids;
}

/** How many messages wait, and how many somebody holds. */
export async function countMessages(QueueUrl: string): Promise<{ waiting: number; held: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    held: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}
