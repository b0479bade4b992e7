import { describe, expect, test } from 'vitest';
import { handOver, HandOverError } from '../../src/enforcer/hand-over.ts';
import type { Delivery, Queue } from '../../src/enforcer/queue.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const accepted: Delivery = { kind: 'accepted' };
const failed: Delivery = { kind: 'call-failed', transient: true, detail: 'ServiceUnavailable: busy' };
const refused: Delivery = { kind: 'call-failed', transient: false, detail: 'AccessDenied: no' };

/** Hands these bodies over to a queue that says this of them, call by call; the last answer stands. */
async function give(bodies: readonly string[], answers: readonly (Delivery | Error)[][], time = 10_000) {
  const clock = new VirtualClock();
  const calls: string[][] = [];
  const queue: Queue = {
    async send(messages) {
      calls.push(messages.map(({ body }) => body));
      const answer = answers[Math.min(calls.length, answers.length) - 1] ?? [];
      const [first] = answer;
      if (first instanceof Error) throw first;
      return answer.filter((delivery): delivery is Delivery => !(delivery instanceof Error));
    },
  };
  const details = await clock.run(
    handOver(
      bodies.map((body) => ({ body })),
      queue,
      clock,
      clock.now() + time,
    ),
  );
  return { details, calls };
}

describe('Messages are handed over', () => {
  test('in one call when all is well', async () => {
    expect(await give(['a', 'b'], [[accepted, accepted]])).toEqual({
      details: [undefined, undefined],
      calls: [['a', 'b']],
    });
  });

  test('again, those alone that the queue failed to take', async () => {
    expect(await give(['a', 'b'], [[accepted, failed], [accepted]])).toEqual({
      details: [undefined, undefined],
      calls: [['a', 'b'], ['b']],
    });
  });

  test('not again when the queue refuses them for good', async () => {
    const { details, calls } = await give(['a', 'b'], [[refused, accepted]]);

    expect(details).toEqual(['AccessDenied: no', undefined]);
    expect(calls).toHaveLength(1);
  });

  test('four times at most, and then it is said what the queue said last', async () => {
    const { details, calls } = await give(['a'], [[failed]]);

    expect(details).toEqual(['ServiceUnavailable: busy']);
    expect(calls).toHaveLength(4);
  });

  test('no longer than there is time', async () => {
    expect((await give(['a'], [[failed]], 250)).calls).toHaveLength(2);
  });

  test('again when the SDK could not even be loaded', async () => {
    expect((await give(['a'], [[new Error('no such module')], [accepted]])).details).toEqual([undefined]);
  });

  test('and it is said why the SDK could not be loaded, when that goes on', async () => {
    expect((await give(['a'], [[new Error('no such module')]], 1_000)).details).toEqual([
      'Error: no such module',
    ]);
  });

  test('as failed, when an answer did not come in time or lacks them', async () => {
    expect((await give(['a', 'b'], [[{ kind: 'out-of-time' }]])).details).toEqual([
      'no answer in time',
      'no answer in time',
    ]);
  });

  test('to no queue: that is said of each', async () => {
    const clock = new VirtualClock();

    expect(await handOver([{ body: 'a' }], undefined, clock, clock.now() + 1)).toEqual([
      'its URL is not set',
    ]);
    expect(await handOver([], undefined, clock, clock.now() + 1)).toEqual([]);
  });
});

test('A HandOverError says how many, what the queue said, and what to do, and keeps its cause', () => {
  const cause = new Error('the cause');

  const error = new HandOverError(['AccessDenied: no', 'AccessDenied: no', 'Busy: yes'], { cause });

  expect(error).toMatchObject({ name: 'HandOverError', cause });
  expect(error.message).toBe(
    'Expected the queue to take every message, got 3 refused or unanswered: AccessDenied: no; Busy: yes. They are sent again when ' +
      "the event comes again; if that goes on, see that the queue exists and that the function's role may send to it.",
  );
});
