import { expect, test } from 'vitest';
import { backoff } from '../../src/enforcer/backoff.ts';
import type { Clock } from '../../src/enforcer/clock.ts';

/** A clock at zero that writes down what it is asked to sleep. */
function clockWith(chance: number): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 0,
    random: () => chance,
    async sleep(milliseconds) {
      slept.push(milliseconds);
    },
  };
}

test('Waits begin at 200 ms and double up to 5 s', async () => {
  const clock = clockWith(0);

  for (const round of [1, 2, 3, 4, 5, 6, 7, 2000]) await backoff(round, clock, 60_000);

  expect(clock.slept).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
});

test('Chance takes off up to half of a wait', async () => {
  const clock = clockWith(0.5);

  await backoff(1, clock, 60_000);

  expect(clock.slept).toEqual([150]);
});

test('A wait that ends before the deadline is waited', async () => {
  const clock = clockWith(0);

  const waited = await backoff(1, clock, 201);

  expect(waited).toBe(true);
  expect(clock.slept).toEqual([200]);
});

test('A wait that would end at the deadline or later is not even begun', async () => {
  const clock = clockWith(0);

  const waited = await backoff(1, clock, 200);

  expect(waited).toBe(false);
  expect(clock.slept).toEqual([]);
});
