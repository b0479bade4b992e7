import type { CallFailed, OutOfTime } from './fleet.ts';

/** The port to a message queue. */
export interface Queue {
  /**
   * Sends messages, as many as there are. It answers, always, and ends by the deadline, in epoch milliseconds; it rejects
   * for a defect alone. A call is one attempt.
   *
   * @returns what came of each, in their order
   */
  send(messages: readonly OutgoingMessage[], deadline: number): Promise<readonly Delivery[]>;
}

export interface OutgoingMessage {
  /** At most 256,000 bytes. */
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** 0 to 900; without it, as long as the queue itself delays. */
  readonly delaySeconds?: number;
}

/** Of what failed or ran out of time nobody knows for certain whether it was taken. */
export type Delivery = { readonly kind: 'accepted' } | CallFailed | OutOfTime;
