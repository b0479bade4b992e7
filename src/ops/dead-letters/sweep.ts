import { BATCH, type MessageQueue, type QueueMessage } from '../aws/sqs-queue.ts';
import { chunk } from '../../enforcer/chunk.ts';

/**
 * Seconds that a received message stays hidden unless that is renewed: how long it takes for messages to come back
 * when this tool is killed.
 */
export const HIDDEN_FOR = 30;

const RENEW_EVERY = (HIDDEN_FOR * 1000) / 3;

/** Quick receive calls at a time. */
const RECEIVERS = 4;

/** One pass over all messages of a queue, each once, with every one held until the pass ends. */
export interface Sweep {
  /** Every message once, however often SQS hands it out. Ends when no new ones come, or after `stop`. */
  readonly messages: () => AsyncGenerator<QueueMessage>;
  /** Deletes a message of this sweep for good. */
  readonly delete: (messageId: string) => Promise<void>;
  /** Lets `messages` end early. */
  readonly stop: () => void;
  /** Gives back what was not deleted. Call it whatever happened. */
  readonly release: () => Promise<void>;
}

/**
 * SQS has no way to look at messages without receiving them. So they are received, which hides them from others; that
 * is renewed while the sweep lasts, and ended by `release`. If the process dies, SQS gives them back by itself within
 * half a minute: nothing is lost.
 *
 * @param onTrouble told when messages could not be kept hidden or given back at once. They come back by themselves,
 *   and to work on one twice is safe.
 */
export function createSweep(queue: MessageQueue, onTrouble: (error: unknown) => void): Sweep {
  /** Newest receipt handles of what is held, by message id. */
  const held = new Map<string, string>();
  const deleted = new Set<string>();
  const stopping = new AbortController();

  const hideAll = async (seconds: number): Promise<void> => {
    const results = await Promise.allSettled(
      chunk([...held.values()], BATCH).map((handles) => queue.hide(handles, seconds)),
    );
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) onTrouble(failure.reason);
  };
  const renewal = setInterval(() => void hideAll(HIDDEN_FOR), RENEW_EVERY);
  renewal.unref();

  /** What had not come before, of what was received. */
  const holdNew = async (messages: readonly QueueMessage[]): Promise<QueueMessage[]> => {
    const news: QueueMessage[] = [];
    for (const message of messages) {
      const { messageId, receiptHandle } = message;
      // SQS delivers at least once: even what was deleted may come again.
      if (deleted.has(messageId)) await queue.delete(receiptHandle);
      else {
        if (!held.has(messageId)) news.push(message);
        held.set(messageId, receiptHandle);
      }
    }
    return news;
  };

  /** None only when SQS has looked everywhere. */
  const receiveNew = async (): Promise<QueueMessage[]> => {
    const calls = Array.from({ length: RECEIVERS }, () => queue.receive(HIDDEN_FOR, 'quick'));
    const news = await holdNew((await Promise.all(calls)).flat());
    return news.length > 0 ? news : holdNew(await queue.receive(HIDDEN_FOR, 'thorough'));
  };

  return {
    async *messages() {
      while (!stopping.signal.aborted) {
        const news = await receiveNew();
        if (news.length === 0) return;
        for (const message of news) {
          if (stopping.signal.aborted) return;
          yield message;
        }
      }
    },

    async delete(messageId) {
      const receiptHandle = held.get(messageId);
      if (receiptHandle === undefined) throw new Error(`The message ${messageId} is not of this sweep.`);
      await queue.delete(receiptHandle);
      held.delete(messageId);
      deleted.add(messageId);
    },

    stop: () => stopping.abort(),

    async release() {
      stopping.abort();
      clearInterval(renewal);
      await hideAll(0);
    },
  };
}
