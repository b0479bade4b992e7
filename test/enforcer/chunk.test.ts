import { expect, test } from 'vitest';
import { chunk } from '../../src/enforcer/chunk.ts';

test('A list is cut into pieces of the size, in order, the last one shorter', () => {
  expect(chunk([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
});

test('A list of just the size is one piece', () => {
  expect(chunk([1, 2], 2)).toEqual([[1, 2]]);
});

test('An empty list has no piece, so that no call is made for it', () => {
  expect(chunk([], 2)).toEqual([]);
});
