import { describe, expect, test } from 'vitest';
import { parseFilters } from '../../../src/local/ec2/filters.ts';
import { QueryParameters } from '../../../src/local/ec2/query-parameters.ts';

function matches(value: string, text: string): boolean | undefined {
  const query = new URLSearchParams({ 'Filter.1.Name': 'tag:Name', 'Filter.1.Value.1': value });
  return parseFilters(QueryParameters.parse([query]), () => true)[0]?.matches(text);
}

describe('a filter value', () => {
  test.each([
    ['web', 'web'],
    ['web*', 'web'],
    ['web*', 'web-1\nweb-2'],
    ['*', ''],
    ['w?b', 'wëb'],
    ['?', '🙂'],
    ['\\*amazon\\?\\\\', '*amazon?\\'],
    ['a.b+(c)[d]{e}^$|/-', 'a.b+(c)[d]{e}^$|/-'],
    ['a.b*', 'a.bc'],
    ['back\\', 'back\\'],
    ['\\web', 'web'],
  ])('%j matches %j', (value, text) => {
    expect(matches(value, text)).toBe(true);
  });

  test.each([
    ['web', 'Web'],
    ['web', 'web '],
    ['web?', 'web'],
    ['web\\*', 'web-1'],
    ['web\\?', 'web1'],
    ['?', ''],
    ['?', 'ab'],
    ['web*1', 'web-12'],
    ['a.b*', 'axb'],
    ['', 'x'],
  ])('%j does not match %j', (value, text) => {
    expect(matches(value, text)).toBe(false);
  });
});

describe('a filter without wildcards', () => {
  test('gives its values as they are, and one with a wildcard gives none', () => {
    const query = new URLSearchParams([
      ['Filter.1.Name', 'instance-id'],
      ['Filter.1.Value.1', 'a\\*'],
      ['Filter.1.Value.2', 'b'],
      ['Filter.2.Name', 'instance-id'],
      ['Filter.2.Value.1', 'b*'],
    ]);

    const literals = parseFilters(QueryParameters.parse([query]), () => true).map(
      (filter) => filter.literals,
    );

    expect(literals).toEqual([new Set(['a*', 'b']), undefined]);
  });
});
