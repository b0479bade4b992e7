import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSqsQueue } from '../../../src/aws/sqs-queue.ts';
import { batchOf, newMessage } from '../../../src/local/sqs/batch.ts';
import { startSqsEndpoint, type SqsEndpoint } from '../../../src/local/sqs/endpoint.ts';

let sqs: SqsEndpoint;
let client: SQSClient;

beforeEach(async () => {
  sqs = await startSqsEndpoint('123456789012');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SQSClient({
    endpoint: sqs.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  client.destroy();
  await sqs.close();
});

async function send(...Entries: SendMessageBatchRequestEntry[]) {
  return client.send(new SendMessageBatchCommand({ QueueUrl: sqs.queueUrl('Queue'), Entries }));
}

describe('the embedded SQS', () => {
  it('keeps what the SDK sends, by queue, in its order, with attributes and delays, until it is taken', async () => {
    const MessageAttributes = { FailingSince: { DataType: 'String', StringValue: '2026-03-01T09:00:00Z' } };
    const sentAt = Date.now();

    const { Successful } = await send(
      { Id: 'a', MessageBody: 'für später', DelaySeconds: 900, MessageAttributes },
      { Id: 'b', MessageBody: 'now' },
    );
    const other = sqs.takeAll('OtherQueue');
    const [delayed, immediate] = sqs.takeAll('Queue');

    expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
    expect([delayed?.messageId, immediate?.messageId]).toEqual(Successful?.map(({ MessageId }) => MessageId));
    expect(delayed).toMatchObject({
      body: 'für später',
      attributes: { FailingSince: '2026-03-01T09:00:00Z' },
    });
    expect(delayed?.visibleAt).toBeGreaterThanOrEqual(sentAt + 900_000);
    expect(immediate).toMatchObject({ body: 'now', attributes: {} });
    expect(immediate?.visibleAt).toBeLessThan(sentAt + 900_000);
    expect([other, sqs.takeAll('Queue')]).toEqual([[], []]);
  });

  it('takes what services of AWS put into a queue', () => {
    const message = newMessage({ version: 1 });
    sqs.add('Queue', message);

    expect(sqs.takeAll('Queue')).toEqual([message]);
    expect(message.body).toBe('{"version":1}');
  });

  it.each<[string, Partial<SendMessageBatchRequestEntry>[]]>([
    ['a delay of more than 900 s', [{ DelaySeconds: 901 }]],
    ['an empty body', [{ MessageBody: '' }]],
    ['a body of more than 262,144 bytes', [{ MessageBody: 'ä'.repeat(131_073) }]],
    ['no message', []],
    ['more than 10 messages', Array.from({ length: 11 }, () => ({}))],
  ])('refuses %s, and keeps nothing', async (_, entries) => {
    const sent = send(...entries.map((entry, index) => ({ Id: String(index), MessageBody: 'x', ...entry })));

    await expect(sent).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    expect(sqs.takeAll('Queue')).toEqual([]);
  });

  it('says which action it knows when it is asked for another', async () => {
    const received = client.send(new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl('Queue') }));

    await expect(received).rejects.toThrow(
      'Only AmazonSQS.SendMessageBatch is known here, not AmazonSQS.ReceiveMessage.',
    );
  });

  it('is where AWS_ENDPOINT_URL_SQS says, for the queue of a function', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', sqs.url);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'made-up');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'made-up');

    const deliveries = await createSqsQueue(sqs.queueUrl('Queue')).send([{ body: 'x' }], Date.now() + 5_000);

    expect(deliveries).toEqual([{ kind: 'accepted' }]);
    expect(sqs.takeAll('Queue')).toHaveLength(1);
  });
});

it('A batch has the messages as Lambda hands them over', () => {
  const message = { ...newMessage('body'), attributes: { FailingSince: '2026-03-01T09:00:00Z' } };

  expect(batchOf([message, newMessage('other')])).toEqual({
    Records: [
      expect.objectContaining({
        messageId: message.messageId,
        body: 'body',
        messageAttributes: { FailingSince: { stringValue: '2026-03-01T09:00:00Z', dataType: 'String' } },
        eventSource: 'aws:sqs',
      }),
      expect.objectContaining({ body: 'other', messageAttributes: {} }),
    ],
  });
});
