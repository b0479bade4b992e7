import { randomUUID } from 'node:crypto';
import type { QueueMessage } from './endpoint.ts';

/** What Lambda hands over of a queue: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface SqsBatch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** The batch of these messages. */
export function batchOf(
  messages: readonly Pick<QueueMessage, 'messageId' | 'body' | 'attributes'>[],
): SqsBatch {
  return {
    Records: messages.map(({ messageId, body, attributes }) => ({
      messageId,
      body,
      messageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
      ),
      eventSource: 'aws:sqs',
    })),
  };
}

/** A message with this body, that nobody has tried before. */
export function newMessage(content: unknown): QueueMessage {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return { messageId: randomUUID(), body, attributes: {}, visibleAt: Date.now() };
}
