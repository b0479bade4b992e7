import { expect, test } from 'vitest';
import { TokenBucket } from '../../../bench/scale/token-bucket.ts';

test('A bucket gives what it holds at once, then what comes in, and never holds more than it can', () => {
  const bucket = new TokenBucket({ capacity: 3, refill: 2 });
  const takes = (now: number): boolean => {
    const held = bucket.holds(1, now);
    if (held) bucket.take(1);
    return held;
  };

  expect([takes(0), takes(0), takes(0), takes(0)]).toEqual([true, true, true, false]);
  expect([takes(0.4), takes(0.5), takes(0.6)]).toEqual([false, true, false]);
  expect([takes(100), takes(100), takes(100), takes(100)]).toEqual([true, true, true, false]);
});
