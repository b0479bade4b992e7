import { describe, expect, test } from 'vitest';
import { QueryParameters } from '../../../src/local/ec2/query-parameters.ts';

function parse(query: string): QueryParameters {
  return QueryParameters.parse([new URLSearchParams(query)]);
}

describe('query parameters', () => {
  test('give lists in the order of their numbers, with gaps or without', () => {
    const parameters = parse('Id.10=c&Id.2=b&Id.1=a');

    expect(parameters.texts('Id')).toEqual(['a', 'b', 'c']);
    expect(parameters.texts('Other')).toEqual([]);
  });

  test('give groups within lists', () => {
    const [filter] = parse('Filter.1.Name=n&Filter.1.Value.1=v').items('Filter');

    expect(filter?.text('Name')).toBe('n');
    expect(filter?.texts('Value')).toEqual(['v']);
  });

  test('are joined from the address and the body', () => {
    const parameters = QueryParameters.parse([
      new URLSearchParams('Action=A'),
      new URLSearchParams('Version=V'),
    ]);

    expect([...parameters.names()]).toEqual(['Action', 'Version']);
  });

  test('tell an empty value from a missing one', () => {
    const parameters = parse('Value=');

    expect([parameters.text('Value'), parameters.text('Key')]).toEqual(['', undefined]);
  });

  test.each<[string, (parameters: QueryParameters) => unknown, string, RegExp]>([
    ['A=1&A=2', (p) => p.text('A'), 'InvalidParameter', /'A' may only be specified once/],
    ['Id.x=1', (p) => p.texts('Id'), 'UnknownParameter', /parameter x is not recognized/],
    ['Max=ten', (p) => p.integer('Max'), 'InvalidParameterValue', /\(ten\) for parameter Max/],
    ['On=perhaps', (p) => p.boolean('On'), 'InvalidParameterValue', /\(perhaps\) for parameter On/],
    ['A=', (p) => p.requiredText('A'), 'MissingParameter', /parameter A$/],
    ['', (p) => p.requiredInteger('Max'), 'MissingParameter', /parameter Max$/],
    ['F.1.X=', (p) => p.items('F')[0]?.requiredText('Name'), 'MissingParameter', /parameter F.1.Name$/],
  ])('of "%s" are refused', (query, read, code, message) => {
    expect(() => read(parse(query))).toThrow(expect.objectContaining({ code, status: 400 }));
    expect(() => read(parse(query))).toThrow(message);
  });
});
