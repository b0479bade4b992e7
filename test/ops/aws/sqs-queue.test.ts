import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMessageQueue } from '../../../src/ops/aws/sqs-queue.ts';
import { mockClient } from '../../support/mock-client.ts';

const sqs = mockClient(SQSClient);
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters';
const queue = createMessageQueue({ region: 'eu-west-1' }, QueueUrl);
const inputs = () => sqs.calls().map(({ args }) => args[0].input);

beforeEach(() => sqs.reset());

describe('receive', () => {
  test.each([
    ['thorough', 1],
    ['quick', 0],
  ] as const)('asks for ten messages with all their attributes: %s', async (polling, WaitTimeSeconds) => {
    sqs.on(ReceiveMessageCommand).resolves({});

    expect(await queue.receive(30, polling)).toEqual([]);
    expect(inputs()).toEqual([
      {
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 30,
        WaitTimeSeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount', 'DeadLetterQueueSourceArn'],
      },
    ]);
  });

  test('reads a message with its attributes of text and number, and without those of bytes', async () => {
    sqs.on(ReceiveMessageCommand).resolves({
      Messages: [
        {
          MessageId: 'm',
          ReceiptHandle: 'r',
          Body: '{}',
          Attributes: {
            SentTimestamp: '1772360131000',
            ApproximateReceiveCount: '3',
            DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:second-looks',
          },
          MessageAttributes: {
            RULE_ARN: { DataType: 'String', StringValue: 'arn' },
            RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '185' },
            bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) },
          },
        },
      ],
    });

    expect(await queue.receive(30, 'thorough')).toEqual([
      {
        messageId: 'm',
        receiptHandle: 'r',
        body: '{}',
        attributes: { RULE_ARN: 'arn', RETRY_ATTEMPTS: '185' },
        sentAt: 1772360131000,
        receiveCount: 3,
        movedFrom: 'arn:aws:sqs:eu-west-1:111122223333:second-looks',
      },
    ]);
  });

  test('reads a message of which little is told, but not one that could not be deleted', async () => {
    sqs.on(ReceiveMessageCommand).resolvesOnce({ Messages: [{ MessageId: 'm', ReceiptHandle: 'r' }] });
    sqs.on(ReceiveMessageCommand).resolves({ Messages: [{ MessageId: 'm' }] });

    await expect(queue.receive(30, 'thorough')).rejects.toThrow('its id and receipt handle');
  });
});

describe('hide', () => {
  test('changes the visibility of all in one call, and makes none for none', async () => {
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [] });

    await queue.hide(['a', 'b'], 0);
    await queue.hide([], 30);

    expect(inputs()).toEqual([
      {
        QueueUrl,
        Entries: [
          { Id: '0', ReceiptHandle: 'a', VisibilityTimeout: 0 },
          { Id: '1', ReceiptHandle: 'b', VisibilityTimeout: 0 },
        ],
      },
    ]);
  });

  test('takes a message that is gone or back already as it is', async () => {
    const failed = { Id: '0', SenderFault: true, Code: 'MessageNotInflight' };
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [failed] });

    await expect(queue.hide(['a'], 30)).resolves.toBeUndefined();
  });

  test('fails when SQS fails with one of them', async () => {
    const failed = { Id: '0', SenderFault: false, Code: 'InternalError' };
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [failed] });

    await expect(queue.hide(['a'], 30)).rejects.toThrow('InternalError');
  });
});

test('delete and send name the message', async () => {
  sqs.on(DeleteMessageCommand).resolves({});
  sqs.on(SendMessageCommand).resolves({});

  await queue.delete('r');
  await queue.send('body', { FirstFailedAt: '2026' });

  expect(inputs()).toEqual([
    { QueueUrl, ReceiptHandle: 'r' },
    {
      QueueUrl,
      MessageBody: 'body',
      MessageAttributes: { FirstFailedAt: { DataType: 'String', StringValue: '2026' } },
    },
  ]);
});

test('depth counts what waits, is in flight and is delayed; policy is the text or nothing', async () => {
  sqs.on(GetQueueAttributesCommand).resolvesOnce({
    Attributes: {
      ApproximateNumberOfMessages: '7',
      ApproximateNumberOfMessagesNotVisible: '2',
      ApproximateNumberOfMessagesDelayed: '1',
    },
  });
  sqs.on(GetQueueAttributesCommand, { AttributeNames: ['Policy'] }).resolves({});

  expect(await queue.depth()).toEqual({ waiting: 7, inFlight: 2, delayed: 1 });
  expect(await queue.policy()).toBeUndefined();
});

test('sendAll sends ten at a time, and tells what SQS did not take', async () => {
  sqs
    .on(SendMessageBatchCommand)
    .resolvesOnce({ Failed: [{ Id: '3', SenderFault: false, Code: 'InternalError', Message: 'again' }] })
    .resolves({});

  const refused = await queue.sendAll(Array.from({ length: 12 }, (_, number) => ({ body: `${number}` })));

  const sizes = sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length);
  expect(sizes).toEqual([10, 2]);
  expect(refused).toEqual(['InternalError: again']);
});
