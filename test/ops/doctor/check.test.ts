import { expect, test } from 'vitest';
import { lookAtAll, ok, warn, type Check } from '../../../src/ops/doctor/check.ts';

const throwing = (name: string, error: unknown): Check => ({
  name,
  async look() {
    throw error;
  },
});

test('a failure of AWS makes one answer unknown, and keeps none of the others', async () => {
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });

  const results = await lookAtAll([
    { name: 'first', look: async () => ok('fine') },
    throwing('second', denied),
    { name: 'third', look: async () => warn('odd', 'fix it') },
  ]);

  expect(results.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'first ok',
    'second unknown',
    'third warn',
  ]);
  expect(results[1]?.found).toContain('You may not do this');
});

test('a defect is not taken for an unknown answer', async () => {
  await expect(lookAtAll([throwing('first', new TypeError('a defect'))])).rejects.toThrow('a defect');
});
