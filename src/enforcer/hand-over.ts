import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Delivery, OutgoingMessage, Queue } from './queue.ts';

/** A message that a queue did not take. Its event or message comes again, and nothing is lost. */
export class HandOverError extends Error {
  override readonly name = 'HandOverError';

  constructor(refused: readonly string[], options?: ErrorOptions) {
    super(
      `Expected the queue to take every message, got ${refused.length} refused or unanswered: ` +
        `${[...new Set(refused)].join('; ')}. They are sent again when the event comes again; if that goes on, ` +
        "see that the queue exists and that the function's role may send to it.",
      options,
    );
  }
}

/** A message that was taken though its answer was lost goes once more each time. Few are enough: its event comes again. */
const MOST_ROUNDS = 4;

/**
 * Sends messages until the queue has taken each, four times at most and until the time is up. One that the queue took though its answer was lost
 * goes twice, which does no harm.
 *
 * @returns for each message, in their order, what the queue said against it; undefined when it took it
 */
export async function handOver(
  messages: readonly OutgoingMessage[],
  queue: Queue | undefined,
  clock: Clock,
  deadline: number,
): Promise<(string | undefined)[]> {
  if (queue === undefined) return messages.map(() => 'its URL is not set');
  const refused: (string | undefined)[] = messages.map(() => undefined);
  let left = messages.map((message, index) => ({ message, index }));
  for (let round = 1; left.length > 0; round++) {
    const deliveries = await queue
      .send(
        left.map(({ message }) => message),
        deadline,
      )
      .catch((error: unknown) =>
        left.map((): Delivery => ({ kind: 'call-failed', transient: true, detail: String(error) })),
      );
    const again: typeof left = [];
    for (const [place, one] of left.entries()) {
      const delivery = deliveries[place] ?? { kind: 'out-of-time' };
      if (delivery.kind === 'call-failed' && delivery.transient) again.push(one);
      refused[one.index] = detailOf(delivery);
    }
    left = again;
    if (left.length > 0 && (round >= MOST_ROUNDS || !(await backoff(round, clock, deadline)))) break;
  }
  return refused;
}

function detailOf(delivery: Delivery): string | undefined {
  switch (delivery.kind) {
    case 'accepted':
      return undefined;
    case 'call-failed':
      return delivery.detail;
    case 'out-of-time':
      return 'no answer in time';
  }
}
