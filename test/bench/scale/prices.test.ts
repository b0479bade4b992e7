import { expect, test } from 'vitest';
import { billed, prices, tiered } from '../../../bench/scale/prices.ts';

test('Each part of an amount has the price of its tier', () => {
  const tiers = [
    { upTo: 10, price: 2 },
    { upTo: 30, price: 1 },
    { upTo: Infinity, price: 0.5 },
  ];

  expect([tiered(0, tiers), tiered(10, tiers), tiered(15, tiers), tiered(50, tiers)]).toEqual([
    0, 20, 25, 50,
  ]);
});

test('A million GB-seconds of the first tier cost what Lambda lists', () => {
  expect(tiered(1e6, prices.gbSecond)).toBeCloseTo(13.33, 2);
});

test('Part of a millisecond is paid as a whole one', () => {
  expect([billed(0.0031), billed(0.003)]).toEqual([0.004, 0.003]);
});
