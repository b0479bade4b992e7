import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QueueMessage } from '../../../src/ops/aws/sqs-queue.ts';
import { createSweep, HIDDEN_FOR, type Sweep } from '../../../src/ops/dead-letters/sweep.ts';
import { InMemoryQueue } from '../../support/in-memory-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const noTrouble = (error: unknown): never => {
  throw error;
};

async function all(sweep: Sweep): Promise<QueueMessage[]> {
  const messages: QueueMessage[] = [];
  for await (const message of sweep.messages()) messages.push(message);
  return messages;
}

function filled(count: number): InMemoryQueue {
  const queue = new InMemoryQueue();
  for (let index = 0; index < count; index++) queue.put(`message ${index}`);
  return queue;
}

test('gives every message once, also more than one call gives', async () => {
  const queue = filled(123);
  const sweep = createSweep(queue, noTrouble);

  const messages = await all(sweep);
  await sweep.release();

  expect(messages.map(({ messageId }) => messageId).toSorted()).toEqual(queue.messageIds.toSorted());
});

test('ends on an empty queue', async () => {
  const sweep = createSweep(new InMemoryQueue(), noTrouble);

  expect(await all(sweep)).toEqual([]);
  await sweep.release();
});

test('gives a message once though SQS delivers it again', async () => {
  const queue = filled(1);
  const sweep = createSweep(queue, noTrouble);
  const seen: string[] = [];

  for await (const message of sweep.messages()) {
    seen.push(message.messageId);
    queue.haunt(message);
  }
  await sweep.release();

  expect(seen).toEqual(queue.messageIds);
});

test('finds what quick calls miss', async () => {
  const queue = filled(12);
  const receive = queue.receive.bind(queue);
  vi.spyOn(queue, 'receive').mockImplementation(async (seconds, polling) =>
    polling === 'quick' ? [] : receive(seconds, polling),
  );
  const sweep = createSweep(queue, noTrouble);

  expect(await all(sweep)).toHaveLength(12);
  await sweep.release();
});

test('deletes by the newest receipt of a message that came twice, for older ones no longer count', async () => {
  const queue = filled(1);
  const sweep = createSweep(queue, noTrouble);
  const [messageId = ''] = queue.messageIds;

  for await (const message of sweep.messages()) await queue.hide([message.receiptHandle], 0);
  await sweep.delete(messageId);
  await sweep.release();

  expect(queue.messageIds).toEqual([]);
});

test('deletes a message once more when SQS delivers it after its deletion', async () => {
  const queue = filled(1);
  const deleting = vi.spyOn(queue, 'delete');
  const sweep = createSweep(queue, noTrouble);
  const seen: string[] = [];

  for await (const message of sweep.messages()) {
    seen.push(message.messageId);
    await sweep.delete(message.messageId);
    queue.haunt(message);
  }
  await sweep.release();

  expect(seen).toHaveLength(1);
  expect(deleting).toHaveBeenCalledTimes(2);
});

test('keeps messages hidden for as long as it lasts', async () => {
  const queue = filled(25);
  const sweep = createSweep(queue, noTrouble);
  await all(sweep);

  await vi.advanceTimersByTimeAsync(10 * HIDDEN_FOR * 1000);

  expect(queue.visible).toBe(0);
  await sweep.release();
});

test('gives back at its end what was not deleted, at once', async () => {
  const queue = filled(25);
  const sweep = createSweep(queue, noTrouble);
  const [first] = await all(sweep);
  await sweep.delete(first?.messageId ?? '');

  await sweep.release();

  expect(queue.visible).toBe(24);
  expect(queue.messageIds).not.toContain(first?.messageId);
});

test('loses nothing when it dies: SQS gives all back by itself', async () => {
  const queue = filled(25);
  await all(createSweep(queue, noTrouble));
  vi.clearAllTimers();

  await vi.advanceTimersByTimeAsync(HIDDEN_FOR * 1000);

  expect(queue.visible).toBe(25);
});

test('ends early when it is stopped, and gives back all the same', async () => {
  const queue = filled(25);
  const sweep = createSweep(queue, noTrouble);
  let count = 0;

  for await (const _ of sweep.messages()) if (++count === 3) sweep.stop();
  await sweep.release();

  expect(count).toBe(3);
  expect(queue.visible).toBe(25);
});

describe('trouble with hiding', () => {
  test('is told, and stops nothing', async () => {
    const queue = filled(3);
    const troubles: unknown[] = [];
    const sweep = createSweep(queue, (error) => troubles.push(error));
    await all(sweep);
    const failure = new Error('throttled');
    vi.spyOn(queue, 'hide').mockRejectedValue(failure);

    await vi.advanceTimersByTimeAsync((HIDDEN_FOR * 1000) / 3);
    await sweep.release();

    expect(troubles).toEqual([failure, failure]);
  });
});

test('refuses to delete a message that it does not hold', async () => {
  const sweep = createSweep(new InMemoryQueue(), noTrouble);

  await expect(sweep.delete('unknown')).rejects.toThrow('is not of this sweep');
  await sweep.release();
});
