import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Letter } from '../../../src/ops/dead-letters/letter.ts';
import { discard } from '../../../src/ops/dead-letters/discard.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import type { Selection } from '../../../src/ops/dead-letters/selection.ts';
import { createSweep } from '../../../src/ops/dead-letters/sweep.ts';
import { failureRecord, owner } from '../../support/dead-letter-messages.ts';
import { launchEvent } from '../../support/launch-events.ts';
import { InMemoryQueue } from '../../support/in-memory-queue.ts';

/** What was done, in order: `stream`, `line` with the queue's messages of that moment. */
interface Done {
  readonly what: 'stream' | 'line';
  readonly text: string;
  readonly inQueue: readonly string[];
}

async function run(queue: InMemoryQueue, selection: Selection, write?: () => Promise<void>) {
  const done: Done[] = [];
  const note =
    (what: Done['what']) =>
    async (name: string, [text = name]: readonly string[] = []) => {
      if (what === 'line') await write?.();
      done.push({ what, text, inQueue: queue.messageIds });
    };
  const sweep = createSweep(queue, (error) => {
    throw error;
  });
  async function* letters(): AsyncGenerator<Letter> {
    for await (const message of sweep.messages()) yield readLetter(message, owner);
  }
  const log = { createStream: note('stream'), write: note('line') };
  const parts = { selection, reason: 'named by hand', discardedBy: 'arn:aws:iam::1:user/lena', sweep, log };
  try {
    return { report: await discard(letters(), { ...parts, streamName: 'discarded/2026' }), done };
  } finally {
    await sweep.release();
  }
}

test('logs who discards what and why before the message is deleted', async () => {
  const queue = new InMemoryQueue();
  const messageId = queue.put(JSON.stringify(failureRecord()));

  const { report, done } = await run(queue, {});

  expect(done.map(({ what, inQueue }) => [what, inQueue])).toEqual([
    ['stream', [messageId]],
    ['line', [messageId]],
  ]);
  expect(v.parse(v.pipe(v.string(), v.parseJson()), done[1]?.text)).toMatchObject({
    level: 'WARN',
    message: 'dead letter discarded',
    reason: 'named by hand',
    discardedBy: 'arn:aws:iam::1:user/lena',
    messageId,
    causes: ['unsettled', 'protected'],
    launcher: 'arn:aws:iam::111122223333:user/lena',
    account: '111122223333',
    instanceIds: ['i-0123456789abcdef0'],
  });
  expect(report.discarded).toHaveLength(1);
  expect(queue.messageIds).toEqual([]);
});

test('logs no part of the event that may hold user data', async () => {
  const queue = new InMemoryQueue();
  const event = launchEvent({ detail: { requestParameters: { userData: 'secret' } } });
  queue.put(JSON.stringify(failureRecord(event)));

  const { done } = await run(queue, {});

  expect(JSON.stringify(done)).not.toContain('secret');
});

test('deletes nothing that could not be logged', async () => {
  const queue = new InMemoryQueue();
  queue.put(JSON.stringify(failureRecord()));

  const running = run(queue, {}, async () => {
    throw new Error('denied');
  });

  await expect(running).rejects.toThrow('denied');
  expect(queue.visible).toBe(1);
});

test('leaves what is not selected, and foreign messages, and makes no empty log stream', async () => {
  const queue = new InMemoryQueue();
  queue.put(JSON.stringify(failureRecord()));
  queue.put('hello');

  const { report, done } = await run(queue, { cause: ['expired'] });

  expect(done).toEqual([]);
  expect(report).toMatchObject({ discarded: [], others: 1, foreign: [{ kind: 'foreign' }] });
  expect(queue.visible).toBe(2);
});
