import { describe, expect, it } from 'vitest';
import { keepMembers } from '../../build/kept-members.ts';
import { SchemaFormError } from '../../build/schema-form-error.ts';

const source = `
const _a = "First";
const _b = "Second";
const _c = "Third";
export var Other$ = [3, n0, _O,
    0,
    [_a],
    [0], 1
];
export var Shape$ = [3, n0, _S,
    0,
    [_a, _b, _c],
    [[0, { "xmlName": \`a, b\`, "x": [1, 2] }], [() => Other$, { "xmlName": "b]" }], [2, 0]]
];
export var Uneven$ = [3, n0, _U, 0, [_a, _b], [0]];
`;

const rest = (text: string): string => text.replace(/^export var Shape\$ = .*?;$/ms, '');

describe('keepMembers', () => {
  it('leaves the members that are named, with their traits, and no others', () => {
    const found = keepMembers(source, 'Shape$', ['Third', 'First'], 'schemas_0.js');

    expect(found).toContain(
      'export var Shape$ = [3, n0, _S,\n    0,\n    [_a, _c], [[0, { "xmlName": `a, b`, "x": [1, 2] }], [2, 0]]];',
    );
  });

  it('changes no other schema', () => {
    expect(rest(keepMembers(source, 'Shape$', ['Second'], 'schemas_0.js'))).toBe(rest(source));
  });

  it.for([
    ['has no such schema', 'Missing$', ['First'], 'Missing$ is not'],
    ['has a schema of another form', 'Other$', ['First'], 'Other$ is not'],
    ['has a schema with more names than members', 'Uneven$', ['First'], 'not as many schemas as names'],
    ['has a schema without the member', 'Shape$', ['First', 'Fourth'], 'has no member Fourth'],
  ] as const)('refuses a file that %s', ([, schema, members, message]) => {
    const rewriting = (): string => keepMembers(source, schema, members, 'schemas_0.js');

    expect(rewriting).toThrow(SchemaFormError);
    expect(rewriting).toThrow(message);
  });
});
