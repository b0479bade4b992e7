import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';

/** An SQS of its own, in this process, that takes messages and keeps them until somebody takes them out. */
export interface SqsEndpoint {
  /** Where it listens: `AWS_ENDPOINT_URL_SQS` of a function. */
  readonly url: string;
  /** URL of the queue with this name. A queue is there as soon as a message is sent to it. */
  queueUrl(name: string): string;
  /** Puts a message into a queue, as a service of AWS does. */
  add(name: string, message: QueueMessage): void;
  /** Takes all messages out of a queue, in the order in which they came, those with a delay included. */
  takeAll(name: string): QueueMessage[];
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** A message as its queue keeps it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** Texts by name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** When its delay is over, in epoch milliseconds. */
  readonly visibleAt: number;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const SendMessageBatch = v.object({
  QueueUrl: v.string(),
  Entries: v.pipe(
    v.array(
      v.object({
        Id: v.string(),
        MessageBody: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(262_144)),
        DelaySeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(900)), 0),
        MessageAttributes: v.optional(
          v.record(v.string(), v.object({ DataType: v.literal('String'), StringValue: v.string() })),
          {},
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(10),
  ),
});

/** It knows the one action that the functions ask for, in the AWS JSON protocol 1.0. */
const TARGET = 'AmazonSQS.SendMessageBatch';

export async function startSqsEndpoint(account: string): Promise<SqsEndpoint> {
  const queues = new Map<string, QueueMessage[]>();
  const put: Put = (url, message) => void queues.set(url, [...(queues.get(url) ?? []), message]);
  const server = createServer((request, response) => void answer(request, response, put));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  const url = `http://127.0.0.1:${port}`;
  const queueUrl = (name: string): string => `${url}/${account}/${name}`;
  return {
    url,
    queueUrl,
    add: (name, message) => put(queueUrl(name), message),
    takeAll(name) {
      const taken = queues.get(queueUrl(name)) ?? [];
      queues.delete(queueUrl(name));
      return taken;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Put = (queueUrl: string, message: QueueMessage) => void;

async function answer(request: IncomingMessage, response: ServerResponse, put: Put): Promise<void> {
  const send = (status: number, content: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(content));
  };
  const refuse = (code: string, message: string): void =>
    send(400, { __type: `com.amazonaws.sqs#${code}`, message });
  const target = request.headers['x-amz-target'];
  if (target !== TARGET)
    return refuse('UnsupportedOperation', `Only ${TARGET} is known here, not ${String(target)}.`);
  const call = v.safeParse(v.pipe(v.string(), v.parseJson(), SendMessageBatch), await text(request));
  if (!call.success) return refuse('InvalidParameterValue', v.summarize(call.issues));

  const { QueueUrl: url, Entries: entries } = call.output;
  const accepted = entries.map(({ Id, MessageBody: body, DelaySeconds, MessageAttributes }) => {
    const messageId = randomUUID();
    const attributes = Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue] as const),
    );
    put(url, { messageId, body, attributes, visibleAt: Date.now() + DelaySeconds * 1000 });
    // The SDK checks that the body came whole.
    const MD5OfMessageBody = createHash('md5').update(body).digest('hex');
    return { Id, MessageId: messageId, MD5OfMessageBody };
  });
  send(200, { Successful: accepted, Failed: [] });
}
