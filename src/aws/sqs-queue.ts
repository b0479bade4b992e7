import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { chunk } from '../enforcer/chunk.ts';
import type { Delivery, OutgoingMessage, Queue } from '../enforcer/queue.ts';
import { attempt, oneAttempt } from './attempt.ts';
import { environmentCredentials } from './environment-credentials.ts';

/** Messages in one call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH = 10;

/** Bytes in one call, of all bodies together. */
const MOST_BYTES = 256_000;

/** Calls under way at once. */
const PARALLEL_CALLS = 5;

/** Milliseconds that one attempt may take. SQS answers within a tenth of a second. */
const ATTEMPT = 1_500;

/**
 * A queue of SQS through the AWS SDK. Make it once and keep it: it holds the connections.
 *
 * @param url of the queue
 */
export function createSqsQueue(url: string): Queue {
  const client = new SQSClient({ ...oneAttempt, credentials: environmentCredentials });

  const sendBatch = async (batch: readonly OutgoingMessage[], deadline: number): Promise<Delivery[]> => {
    const command = new SendMessageBatchCommand({ QueueUrl: url, Entries: batch.map(entryOf) });
    const answer = await attempt(ATTEMPT, deadline, async (abortSignal) => ({
      kind: 'answered' as const,
      output: await client.send(command, { abortSignal }),
    }));
    if (answer.kind !== 'answered') return batch.map(() => answer);
    // A call that succeeds may have failed for some of its messages.
    const { Successful = [], Failed = [] } = answer.output;
    const accepted = new Set(Successful.map(({ Id }) => Id));
    const failures = new Map(Failed.map((failed) => [failed.Id, failed]));
    return batch.map((_, index): Delivery => {
      const id = String(index);
      if (accepted.has(id)) return { kind: 'accepted' };
      const { Code = 'Unknown', Message = 'SQS does not say why', SenderFault } = failures.get(id) ?? {};
      return { kind: 'call-failed', transient: SenderFault !== true, detail: `${Code}: ${Message}` };
    });
  };

  return {
    async send(messages, deadline) {
      const deliveries = await pMap(batches(messages), async (batch) => sendBatch(batch, deadline), {
        concurrency: PARALLEL_CALLS,
      });
      return deliveries.flat();
    },
  };
}

/** A message for one call of several. */
export function entryOf(
  { body, attributes = {}, delaySeconds }: OutgoingMessage,
  index: number,
): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: body,
    DelaySeconds: delaySeconds,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}

/** In their order, so few and so small that one call takes them. */
export function batches(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const groups: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    const last = groups.at(-1);
    if (last === undefined || bytes + size > MOST_BYTES) {
      groups.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return groups.flatMap((group) => chunk(group, BATCH));
}
