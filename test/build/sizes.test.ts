import { describe, expect, it } from 'vitest';
import { checkBudgets, type PartSize } from '../../build/sizes.ts';

const entry: PartSize = {
  part: 'entry',
  bytes: 61_000,
  budget: 60_000,
  contents: new Map([
    ['lodash', 50_000],
    ['valibot', 5_000],
  ]),
};

describe('checkBudgets', () => {
  it('names the part that is over its budget, by how much, and what is largest in it', () => {
    expect(() => checkBudgets([entry])).toThrow(
      'The entry is 61000 bytes, 1000 more than its budget of 60000. Most of it, minified: lodash 50.0 kB, valibot 5.0 kB.',
    );
  });

  it('names every part that is over', () => {
    const ec2: PartSize = { ...entry, part: 'EC2 chunk', bytes: 201_000, budget: 200_000 };

    expect(() => checkBudgets([entry, ec2])).toThrow(/The entry is 61000[^]*\nThe EC2 chunk is 201000/);
  });

  it('accepts a part of exactly its budget', () => {
    expect(() => checkBudgets([{ ...entry, bytes: 60_000 }])).not.toThrow();
  });
});
