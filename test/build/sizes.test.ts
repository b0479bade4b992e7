import { describe, expect, it } from 'vitest';
import { checkBudgets, type FileSize, type PartSize } from '../../build/sizes.ts';

const file: FileSize = {
  name: 'handler.mjs',
  minified: 61_000,
  gzip: 20_000,
  contents: new Map([
    ['valibot', 5_000],
    ['lodash', 50_000],
  ]),
};
const entry: PartSize = { part: 'entry', files: ['handler.mjs'], bytes: 61_000, budget: 60_000 };

describe('checkBudgets', () => {
  it('names the part that is over its budget, by how much, and what is largest in it', () => {
    expect(() => checkBudgets([entry], [file])).toThrow(
      'The entry is 61000 bytes, 1000 more than its budget of 60000 (handler.mjs). Most of it: lodash 50.0 kB, valibot 5.0 kB.',
    );
  });

  it('names every part that is over', () => {
    const ec2: PartSize = { part: 'EC2 chunk', files: ['ec2.mjs'], bytes: 201_000, budget: 200_000 };

    expect(() => checkBudgets([entry, ec2], [file])).toThrow(
      /The entry is 61000[^]*\nThe EC2 chunk is 201000/,
    );
  });

  it('accepts a part of exactly its budget', () => {
    expect(() => checkBudgets([{ ...entry, bytes: 60_000 }], [file])).not.toThrow();
  });
});
