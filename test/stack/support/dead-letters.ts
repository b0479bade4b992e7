import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { vi } from 'vitest';
import { sqs } from './clients.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const FailureRecord = v.object({
  version: v.literal('1.0'),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
  requestContext: v.object({
    functionArn: v.string(),
    condition: v.picklist(['RetriesExhausted', 'EventAgeExceeded', 'NotRetryable']),
    approximateInvokeCount: v.number(),
  }),
  /** The launch event; what is of another form is shown as an empty one. */
  requestPayload: v.fallback(
    v.looseObject({
      source: v.string(),
      'detail-type': v.string(),
      detail: v.looseObject({ eventID: v.optional(v.string()) }),
    }),
    { source: '', 'detail-type': '', detail: {} },
  ),
  responsePayload: v.object({ errorType: v.string(), errorMessage: v.string() }),
});
export type FailureRecord = v.InferOutput<typeof FailureRecord>;

const Body = v.pipe(v.string(), v.parseJson(), FailureRecord);

/** What was received so far, by message id. A queue hides a message that was received, so tests share what they see. */
const received = new Map<string, FailureRecord>();

/** Every message that is or was in a dead-letter queue. */
export async function deadLetters(queueUrl: string): Promise<readonly FailureRecord[]> {
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { MessageId: id = '', Body: body } of messages) received.set(id, v.parse(Body, body));
    if (messages.length === 0) return [...received.values()];
  }
}

/** Waits for the message that holds this event. */
export async function deadLetterOf(
  queueUrl: string,
  { detail }: { readonly detail: { readonly [name: string]: unknown } },
  timeout = 20_000,
): Promise<FailureRecord> {
  return vi.waitFor(
    async () => {
      const records = await deadLetters(queueUrl);
      const record = records.find(
        ({ requestPayload }) => requestPayload.detail.eventID === detail['eventID'],
      );
      if (record !== undefined) return record;
      throw new Error(
        `No message of event ${String(detail['eventID'])} among ${records.length} dead letters.`,
      );
    },
    { timeout, interval: 300 },
  );
}
