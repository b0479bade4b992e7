import { expect, test } from 'vitest';
import { formatAge, formatSince } from '../../src/ops/age.ts';

test.each([
  [-5_000, '0 s'],
  [0, '0 s'],
  [999, '0 s'],
  [1_000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [3_660_000, '1 h 1 min'],
  [86_400_000, '1 d'],
  [86_400_000 * 3 + 3_600_000 * 4 + 60_000, '3 d 4 h'],
])('%d ms is %s', (span, text) => {
  expect(formatAge(span)).toBe(text);
});

test('an unknown moment has an unknown age', () => {
  expect(formatSince(undefined)).toBe('unknown');
  expect(formatSince(Date.now() - 61_000)).toBe('1 min');
});
