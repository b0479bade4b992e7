import { expect, test } from 'vitest';
import { attempt } from '../../src/aws/attempt.ts';

const never = async (signal: AbortSignal): Promise<string> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

test('a call that answers in time gives its answer', async () => {
  expect(await attempt(500, Date.now() + 1_000, async () => Promise.resolve('answer'))).toBe('answer');
});

test('a call is not made when its time is up', async () => {
  let made = false;

  const answer = await attempt(500, Date.now(), async () => {
    made = true;
    return Promise.resolve('answer');
  });

  expect(answer).toEqual({ kind: 'out-of-time' });
  expect(made).toBe(false);
});

test('a call is ended at the deadline', async () => {
  expect(await attempt(500, Date.now() + 20, never)).toEqual({ kind: 'out-of-time' });
});

test('a call is ended by the limit of one attempt, and another may succeed', async () => {
  expect(await attempt(20, Date.now() + 1_000, never)).toEqual({
    kind: 'call-failed',
    transient: true,
    detail: 'TimeoutError: No whole answer came within 20 ms',
  });
});

test('a call that fails gives its failure in one line', async () => {
  const answer = await attempt(500, Date.now() + 1_000, async () => Promise.reject(new TypeError('no host')));

  expect(answer).toEqual({ kind: 'call-failed', transient: true, detail: 'TypeError: no host' });
});
