import { expect, test } from 'vitest';
import { parseTemplate } from './parse-template.ts';

const shell = (properties: string) => `
Parameters: {}
Conditions: {}
Resources: {Thing: {Type: 'AWS::Thing', Properties: ${properties}}}
Outputs: {}
`;
const parsed = (properties: string) => parseTemplate(shell(properties)).Resources['Thing']?.Properties;

test.each([
  ['!Ref Name', { Ref: 'Name' }],
  ['!GetAtt Thing.Arn', { 'Fn::GetAtt': ['Thing', 'Arn'] }],
  ['!Sub "${A}-b"', { 'Fn::Sub': '${A}-b' }],
  ['!If [Yes, !Ref A, !Ref B]', { 'Fn::If': ['Yes', { Ref: 'A' }, { Ref: 'B' }] }],
  ['!Not [!Equals [!Ref A, none]]', { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'A' }, 'none'] }] }],
  ['!Select [2, !Split [/, !Ref A]]', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'A' }] }] }],
])('the short form %s becomes its long form', (short, long) => {
  expect(parsed(`{Value: ${short}}`)).toEqual({ Value: long });
});

test('values without a tag keep their type', () => {
  expect(parsed(`{A: 5, B: '5', C: true, D: null, E: '', F: [1, a]}`)).toEqual({
    A: 5,
    B: '5',
    C: true,
    D: null,
    E: '',
    F: [1, 'a'],
  });
});

test('a parameter without a description is refused', () => {
  expect(() =>
    parseTemplate(shell('{}').replace('Parameters: {}', "Parameters: {A: {Type: String, Default: ''}}")),
  ).toThrow('Description');
});

test('text that is not YAML is refused', () => {
  expect(() => parseTemplate('Resources: [')).toThrow('line 1');
});
