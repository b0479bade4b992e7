import { expect, test } from 'vitest';
import { Recent } from '../../src/aws/recent.ts';

test('Of more than it may hold, the one used longest ago goes', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');

  recent.set('c', 3);

  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3]);
});

test('What is set anew takes no second place', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);

  recent.set('a', 3);

  expect([recent.get('a'), recent.get('b')]).toEqual([3, 2]);
});
