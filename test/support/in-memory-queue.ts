import { randomUUID } from 'node:crypto';
import type { OutgoingMessage } from '../../src/enforcer/queue.ts';
import { BATCH, type MessageQueue, type QueueMessage } from '../../src/ops/aws/sqs-queue.ts';

interface Stored {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: number;
  readonly movedFrom: undefined;
  receiptHandle: string;
  receiveCount: number;
  visibleAt: number;
}

/** SQS in memory, in the process's own time, fake timers included. Answers at once where SQS would wait. */
export class InMemoryQueue implements MessageQueue {
  readonly #stored = new Map<string, Stored>();
  /** Messages that the next receipts give once more, though they were deleted: SQS delivers at least once. */
  readonly #ghosts: QueueMessage[] = [];
  #quickCalls = 0;

  /** @returns the message's id */
  put(body: string, attributes: Readonly<Record<string, string>> = {}, sentAt = Date.now()): string {
    const messageId = randomUUID();
    const receipt = { receiptHandle: '', receiveCount: 0, visibleAt: 0, movedFrom: undefined };
    this.#stored.set(messageId, { messageId, body, attributes, sentAt, ...receipt });
    return messageId;
  }

  get messageIds(): string[] {
    return [...this.#stored.keys()];
  }

  get bodies(): string[] {
    return [...this.#stored.values()].map(({ body }) => body);
  }

  /** How many others could receive now. */
  get visible(): number {
    return [...this.#stored.values()].filter(({ visibleAt }) => visibleAt <= Date.now()).length;
  }

  /** Delivers a message once more, whatever became of it. */
  haunt(message: QueueMessage): void {
    this.#ghosts.push({ ...message, receiptHandle: randomUUID() });
  }

  /** Every second quick call finds nothing, though there are messages. */
  async receive(visibilitySeconds: number, polling: 'quick' | 'thorough'): Promise<QueueMessage[]> {
    const now = Date.now();
    if (polling === 'quick' && this.#quickCalls++ % 2 === 1) return [];
    const given = [...this.#stored.values()].filter(({ visibleAt }) => visibleAt <= now).slice(0, BATCH);
    for (const message of given) {
      message.receiptHandle = randomUUID();
      message.receiveCount += 1;
      message.visibleAt = now + visibilitySeconds * 1000;
    }
    return [...given.map((message) => Object.assign({}, message)), ...this.#ghosts.splice(0)];
  }

  async hide(receiptHandles: readonly string[], seconds: number): Promise<void> {
    if (receiptHandles.length > BATCH) throw new RangeError(`Expected at most ${BATCH} messages.`);
    for (const message of this.#stored.values()) {
      if (receiptHandles.includes(message.receiptHandle)) message.visibleAt = Date.now() + seconds * 1000;
    }
  }

  async delete(receiptHandle: string): Promise<void> {
    for (const message of this.#stored.values()) {
      if (message.receiptHandle === receiptHandle) this.#stored.delete(message.messageId);
    }
  }

  async send(body: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    this.put(body, attributes);
  }

  async sendAll(messages: readonly OutgoingMessage[]): Promise<string[]> {
    for (const { body, attributes } of messages) this.put(body, attributes);
    return [];
  }

  async depth() {
    return { waiting: this.visible, inFlight: this.#stored.size - this.visible, delayed: 0 };
  }

  async retention(): Promise<number> {
    return 14 * 24 * 3_600_000;
  }

  async policy(): Promise<string | undefined> {
    return undefined;
  }
}
