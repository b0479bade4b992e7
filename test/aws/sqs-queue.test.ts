import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSqsQueue } from '../../src/aws/sqs-queue.ts';
import type { OutgoingMessage } from '../../src/enforcer/queue.ts';
import { mockClient } from '../support/mock-client.ts';

const sqs = mockClient(SQSClient);
const url = 'https://sqs.eu-central-1.amazonaws.com/111122223333/second-look';

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: { Entries: { Id: string }[] }) => ({
    Successful: Entries.map(({ Id }) => ({ Id })),
  }));
  vi.stubEnv('AWS_REGION', 'eu-central-1');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const send = async (messages: readonly OutgoingMessage[]) =>
  createSqsQueue(url).send(messages, Date.now() + 5_000);
const batches = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);

describe('Messages go to the queue', () => {
  test('with their attributes and their delay', async () => {
    const deliveries = await send([
      { body: 'a', attributes: { reasons: 'denied' }, delaySeconds: 60 },
      { body: 'b' },
    ]);

    expect(deliveries).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(batches()).toEqual([
      {
        QueueUrl: url,
        Entries: [
          {
            Id: '0',
            MessageBody: 'a',
            DelaySeconds: 60,
            MessageAttributes: { reasons: { DataType: 'String', StringValue: 'denied' } },
          },
          { Id: '1', MessageBody: 'b', DelaySeconds: undefined, MessageAttributes: {} },
        ],
      },
    ]);
  });

  test('ten in one call, in their order', async () => {
    const deliveries = await send(Array.from({ length: 25 }, (_, index) => ({ body: String(index) })));

    expect(deliveries).toHaveLength(25);
    expect(batches().map(({ Entries = [] }) => Entries.length)).toEqual([10, 10, 5]);
    expect(batches().flatMap(({ Entries = [] }) => Entries.map(({ MessageBody }) => MessageBody))).toEqual(
      Array.from({ length: 25 }, (_, index) => String(index)),
    );
  });

  test('fewer when they are large: a call has a limit of its own', async () => {
    await send(Array.from({ length: 3 }, () => ({ body: 'x'.repeat(120_000) })));

    expect(batches().map(({ Entries = [] }) => Entries.length)).toEqual([2, 1]);
  });

  test('none in no call', async () => {
    expect(await send([])).toEqual([]);
    expect(batches()).toEqual([]);
  });
});

describe('What the queue does not take', () => {
  test('is told apart from what it takes, in its words', async () => {
    sqs.on(SendMessageBatchCommand).resolves({
      Successful: [{ Id: '1', MessageId: 'm', MD5OfMessageBody: undefined }],
      Failed: [
        { Id: '0', Code: 'InternalError', Message: 'busy', SenderFault: false },
        { Id: '2', Code: 'InvalidMessageContents', Message: 'no', SenderFault: true },
      ],
    });

    expect(await send([{ body: 'a' }, { body: 'b' }, { body: 'c' }, { body: 'd' }])).toEqual([
      { kind: 'call-failed', transient: true, detail: 'InternalError: busy' },
      { kind: 'accepted' },
      { kind: 'call-failed', transient: false, detail: 'InvalidMessageContents: no' },
      { kind: 'call-failed', transient: true, detail: 'Unknown: SQS does not say why' },
    ]);
  });

  test('because the call failed is all of the call', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('socket hang up'));

    expect(await send([{ body: 'a' }, { body: 'b' }])).toEqual([
      { kind: 'call-failed', transient: true, detail: 'Error: socket hang up' },
      { kind: 'call-failed', transient: true, detail: 'Error: socket hang up' },
    ]);
  });
});
