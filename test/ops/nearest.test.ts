import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean } from '../../src/ops/nearest.ts';

describe('what somebody may have meant', () => {
  test.each([
    ['protectd', ['denied', 'protected', 'refused'], 'Did you mean `protected`?'],
    ['Protekted', ['denied', 'protected'], 'Did you mean `protected`?'],
    ['lenna', ['user/lena', 'lena'], 'Did you mean `lena`?'],
    ['eu-wst-1', ['us-east-1', 'eu-west-1'], 'Did you mean `eu-west-1`?'],
    ['NO_PERMISSION', ['undelivered', 'NO_PERMISSIONS'], 'Did you mean `NO_PERMISSIONS`?'],
  ])('of %s among %j', (wanted, known, sentence) => {
    expect(didYouMean(wanted, known)).toBe(sentence);
  });

  test('is the first few of the known when none is near', () => {
    expect(didYouMean('xyz', ['b', 'a'])).toBe('Known are `a`, `b`.');
    expect(didYouMean('xyz', ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'])).toMatch(/`a5` and 2 more\.$/);
  });

  test('is nothing when nothing is known', () => {
    expect(didYouMean('protected', [])).toBe('');
  });

  test('is always one of the known, whatever is asked for', () => {
    const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('`'));
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1 }), (wanted, known) => {
        const told = [...didYouMean(wanted, known).matchAll(/`([^`]*)`/g)].map(([, value]) => value);
        expect(told.length).toBeGreaterThan(0);
        expect(known).toEqual(expect.arrayContaining(told));
      }),
    );
  });
});
