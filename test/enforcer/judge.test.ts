import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/enforcer/judge.ts';
import { name } from '../support/launches.ts';

const none: ReadonlySet<string> = new Set();

describe('Named is a tag whose key is exactly Name, with a value that is not empty', () => {
  test.each([
    ['a name', 'web-1'],
    ['one blank', ' '],
    ['a zero', '0'],
  ])('%s spares', (_, value) => {
    expect(judge([name(value)], none)).toEqual({ verdict: 'spare', reason: 'named' });
  });

  test.each(['name', 'NAME', 'Name ', ' Name', 'aws:Name', ''])('the key "%s" does not count', (key) => {
    expect(judge([{ key, value: 'web-1' }], none)).toEqual({ verdict: 'terminate', reason: 'no-name-tag' });
  });

  test('an empty value does not count', () => {
    expect(judge([name('')], none)).toEqual({ verdict: 'terminate', reason: 'empty-name-tag' });
  });

  test('no tag at all is no name', () => {
    expect(judge([], none)).toEqual({ verdict: 'terminate', reason: 'no-name-tag' });
  });

  test('of two Name tags, as an event may show them, one with a value is enough', () => {
    expect(judge([name(''), name('web-1'), name('')], none)).toEqual({ verdict: 'spare', reason: 'named' });
  });
});

describe('Exempt is a tag with one of the listed keys', () => {
  const exemptTagKeys = new Set(['team', 'aws:autoscaling:groupName']);

  test.each(['', 'blue'])('with the value "%s" as with any other', (value) => {
    const verdict = judge([{ key: 'team', value }], exemptTagKeys);

    expect(verdict).toEqual({ verdict: 'spare', reason: 'exempt' });
  });

  test('in another case it is another key', () => {
    expect(judge([{ key: 'Team', value: 'blue' }], exemptTagKeys).verdict).toBe('terminate');
  });

  test('that is named as well counts as named', () => {
    expect(judge([{ key: 'team', value: 'blue' }, name('web-1')], exemptTagKeys).reason).toBe('named');
  });
});

describe('For any tags', () => {
  const key = fc.oneof(fc.constantFrom('Name', 'name', 'NAME', 'team', 'Team'), fc.string());
  const value = fc.oneof(fc.constantFrom('', ' '), fc.string());
  const tags = fc.array(fc.record({ key, value }), { maxLength: 6 });
  const keys = fc.array(key, { maxLength: 3 }).map((list) => new Set(list));

  test('an instance is terminated if, and only if, it has no name and no exempt key', () => {
    fc.assert(
      fc.property(tags, keys, (list, exempt) => {
        const spared =
          list.some((tag) => tag.key === 'Name' && tag.value.length > 0) ||
          list.some((tag) => exempt.has(tag.key));
        expect(judge(list, exempt).verdict).toBe(spared ? 'spare' : 'terminate');
      }),
    );
  });

  test('one more tag, or one more exempt key, never dooms a spared instance', () => {
    fc.assert(
      fc.property(tags, tags, keys, keys, (list, more, exempt, moreExempt) => {
        fc.pre(judge(list, exempt).verdict === 'spare');
        expect(judge([...more, ...list], new Set([...exempt, ...moreExempt])).verdict).toBe('spare');
      }),
    );
  });

  test('their order does not matter', () => {
    fc.assert(
      fc.property(tags, keys, (list, exempt) => {
        expect(judge(list.toReversed(), exempt)).toEqual(judge(list, exempt));
      }),
    );
  });
});
