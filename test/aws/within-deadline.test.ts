import { expect, test } from 'vitest';
import { within } from '../../src/aws/within-deadline.ts';

test('a call that answers in time gives its answer', async () => {
  expect(await within(Date.now() + 1_000, async () => Promise.resolve('answer'))).toBe('answer');
});

test('a call is not made when its time is up', async () => {
  let made = false;

  const answer = await within(Date.now(), async () => {
    made = true;
    return Promise.resolve('answer');
  });

  expect(answer).toEqual({ kind: 'out-of-time' });
  expect(made).toBe(false);
});

test('a call is ended at the deadline', async () => {
  const answer = await within(
    Date.now() + 20,
    async (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  );

  expect(answer).toEqual({ kind: 'out-of-time' });
});

test('a call that fails gives its failure in one line', async () => {
  const answer = await within(Date.now() + 1_000, async () => Promise.reject(new TypeError('no host')));

  expect(answer).toEqual({ kind: 'call-failed', detail: 'TypeError: no host' });
});
