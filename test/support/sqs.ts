import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type AwsAnswer, startAwsServer } from './aws-server.ts';

const Entry = v.object({
  Id: v.string(),
  MessageBody: v.string(),
  DelaySeconds: v.optional(v.number()),
  MessageAttributes: v.optional(v.record(v.string(), v.object({ StringValue: v.string() })), {}),
});
const SendMessageBatch = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ QueueUrl: v.string(), Entries: v.array(Entry) }),
);

/** A message that a queue took. */
export interface SentMessage {
  readonly body: unknown;
  readonly delaySeconds: number | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface LocalSqs {
  readonly url: string;
  /** URL of the queue of this name. */
  readonly queueUrl: (name: string) => string;
  /** What the queue of this name took, in order. */
  readonly sentTo: (name: string) => readonly SentMessage[];
  /** From now on every call fails. */
  fail(): void;
  close(): Promise<void>;
}

/** SQS's SendMessageBatch on loopback. */
export async function startSqs(): Promise<LocalSqs> {
  const sent = new Map<string, SentMessage[]>();
  let fails = false;
  const server = await startAwsServer(({ body }): AwsAnswer => {
    if (fails)
      return {
        status: 400,
        body: JSON.stringify({ __type: 'com.amazonaws.sqs#AccessDenied', message: 'no' }),
      };
    const { QueueUrl, Entries } = v.parse(SendMessageBatch, body);
    const queue = sent.get(QueueUrl) ?? [];
    sent.set(QueueUrl, queue);
    for (const { MessageBody, DelaySeconds, MessageAttributes } of Entries) {
      queue.push({
        body: JSON.parse(MessageBody),
        delaySeconds: DelaySeconds,
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
        ),
      });
    }
    const Successful = Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
    }));
    return { body: JSON.stringify({ Successful, Failed: [] }) };
  });
  const queueUrl = (name: string): string => `${server.url}/111122223333/${name}`;
  return {
    url: server.url,
    queueUrl,
    sentTo: (name) => sent.get(queueUrl(name)) ?? [],
    fail() {
      fails = true;
    },
    close: async () => server.close(),
  };
}
