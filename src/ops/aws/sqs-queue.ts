import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { batches, entryOf } from '../../aws/sqs-queue.ts';
import type { OutgoingMessage } from '../../enforcer/queue.ts';
import { clientSettings, type Connection } from './connection.ts';

/** A message as SQS hands it out. */
export interface QueueMessage {
  readonly messageId: string;
  /** Changes with every receipt; the newest one is needed to delete the message. */
  readonly receiptHandle: string;
  readonly body: string;
  /** Message attributes that are text or a number, as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds; undefined when SQS does not tell. */
  readonly sentAt: number | undefined;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
  /** ARN of the queue whose redrive policy moved it here; undefined when none did. */
  readonly movedFrom: string | undefined;
}

/** Approximate counts: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export interface QueueDepth {
  readonly waiting: number;
  /** Received by somebody and neither deleted nor given back. */
  readonly inFlight: number;
  readonly delayed: number;
}

/** One queue through the AWS SDK. */
export interface MessageQueue {
  /**
   * At most 10 messages, hidden from others for so many seconds. With `quick` SQS asks some of its servers, and may
   * miss messages; without, it asks all of them, and for none it waits a second.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
   */
  receive(visibilitySeconds: number, polling: 'quick' | 'thorough'): Promise<QueueMessage[]>;
  /** Hides up to 10 received messages for so many seconds from now; 0 gives them back at once. */
  hide(receiptHandles: readonly string[], seconds: number): Promise<void>;
  delete(receiptHandle: string): Promise<void>;
  send(body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Sends as many as there are.
   * @returns what SQS said against each that it did not take
   */
  sendAll(messages: readonly OutgoingMessage[]): Promise<string[]>;
  depth(): Promise<QueueDepth>;
  /** Milliseconds that it keeps a message for; undefined when SQS does not tell. */
  retention(): Promise<number | undefined>;
  /** The queue's own policy as JSON text; undefined when it has none. */
  policy(): Promise<string | undefined>;
}

/** The most messages that one SQS call takes or gives. */
export const BATCH = 10;

export function createMessageQueue(connection: Connection, queueUrl: string): MessageQueue {
  // The queue's URL names its host as well; an endpoint that is set for the service goes before it.
  const client = new SQSClient({ ...clientSettings(connection), useQueueUrlAsEndpoint: false });
  const QueueUrl = queueUrl;
  const attributesOf = async (...names: readonly QueueAttribute[]) => {
    const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
    return answer.Attributes ?? {};
  };
  return {
    async receive(visibilitySeconds, polling) {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: visibilitySeconds,
          WaitTimeSeconds: polling === 'quick' ? 0 : 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: [
            'SentTimestamp',
            'ApproximateReceiveCount',
            'DeadLetterQueueSourceArn',
          ],
        }),
      );
      return (answer.Messages ?? []).map(readMessage);
    },

    async hide(receiptHandles, seconds) {
      if (receiptHandles.length === 0) return;
      const answer = await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: receiptHandles.map((ReceiptHandle, index) => ({
            Id: String(index),
            ReceiptHandle,
            VisibilityTimeout: seconds,
          })),
        }),
      );
      // The other faults are the sender's: the message is deleted, or back in the queue, which is where it belongs.
      const failed = (answer.Failed ?? []).find(({ SenderFault }) => SenderFault !== true);
      if (failed !== undefined) {
        throw new Error(`SQS did not change a message's visibility: ${failed.Code} ${failed.Message ?? ''}`);
      }
    },

    async delete(receiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
    },

    async send(body, attributes) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    },

    async sendAll(messages) {
      const refused: string[] = [];
      for (const batch of batches(messages)) {
        const answer = await client.send(
          new SendMessageBatchCommand({ QueueUrl, Entries: batch.map(entryOf) }),
        );
        refused.push(...(answer.Failed ?? []).map(({ Code, Message = '' }) => `${Code}: ${Message}`));
      }
      return refused;
    },

    async depth() {
      const attributes = await attributesOf(
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      );
      return {
        waiting: Number(attributes['ApproximateNumberOfMessages'] ?? 0),
        inFlight: Number(attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
        delayed: Number(attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
      };
    },

    async retention() {
      const seconds = Number((await attributesOf('MessageRetentionPeriod'))['MessageRetentionPeriod']);
      return Number.isFinite(seconds) ? seconds * 1000 : undefined;
    },

    policy: async () => (await attributesOf('Policy'))['Policy'],
  };
}

type QueueAttribute =
  | 'ApproximateNumberOfMessages'
  | 'ApproximateNumberOfMessagesNotVisible'
  | 'ApproximateNumberOfMessagesDelayed'
  | 'MessageRetentionPeriod'
  | 'Policy';

function readMessage(message: Message): QueueMessage {
  const { MessageId, ReceiptHandle, Body = '', Attributes, MessageAttributes } = message;
  if (MessageId === undefined || ReceiptHandle === undefined) {
    throw new TypeError('Expected SQS to give a message its id and receipt handle.');
  }
  const sentAt = Number(Attributes?.SentTimestamp);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).flatMap(([name, { StringValue }]) =>
        StringValue === undefined ? [] : [[name, StringValue]],
      ),
    ),
    sentAt: Number.isFinite(sentAt) ? sentAt : undefined,
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    movedFrom: Attributes?.DeadLetterQueueSourceArn,
  };
}
