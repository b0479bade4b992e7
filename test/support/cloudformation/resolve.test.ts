import { expect, test } from 'vitest';
import type { Json } from './json.ts';
import { holds, resolve, type Stack } from './resolve.ts';

const refs: Readonly<Record<string, Json>> = { Mode: 'report', Count: 5, Queue: 'queue', Path: 'a/b/c' };
const stack: Stack = {
  conditions: {
    Reports: { 'Fn::Equals': [{ Ref: 'Mode' }, 'report'] },
    Kills: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Mode' }, 'report'] }] },
    Five: { 'Fn::Equals': [{ Ref: 'Count' }, '5'] },
  },
  ref: (name) => refs[name],
  attribute: (logicalId, attribute) => (logicalId === 'Queue' ? `arn:queue:${attribute}` : undefined),
};
const noValue = { Ref: 'AWS::NoValue' };

test.each<[Json, Json | undefined]>([
  ['plain', 'plain'],
  [{ Ref: 'Mode' }, 'report'],
  [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue:Arn'],
  [{ 'Fn::Sub': '${Mode}/${Queue.Arn}/*' }, 'report/arn:queue:Arn/*'],
  [{ 'Fn::Sub': ['${Own}-${Mode}', { Own: { Ref: 'Count' } }] }, '5-report'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Path' }] }] }, 'b'],
  [{ 'Fn::If': ['Reports', 'yes', noValue] }, 'yes'],
  [{ 'Fn::If': ['Kills', 'yes', noValue] }, undefined],
  [
    { A: noValue, B: { C: noValue, D: 1 }, E: [noValue, 2] },
    { B: { D: 1 }, E: [2] },
  ],
])('%j resolves to %j', (value, resolved) => {
  expect(resolve(value, stack)).toEqual(resolved);
});

test('a branch that is not taken is not resolved', () => {
  expect(resolve({ 'Fn::If': ['Reports', 1, { Ref: 'Nothing' }] }, stack)).toBe(1);
});

test('conditions compare numbers and strings as CloudFormation does, by their text', () => {
  expect(['Reports', 'Kills', 'Five'].map((condition) => holds(condition, stack))).toEqual([
    true,
    false,
    true,
  ]);
});

test.each<[string, Json]>([
  ['a parameter or resource', { Ref: 'Nothing' }],
  ['an attribute', { 'Fn::GetAtt': ['Nothing', 'Arn'] }],
  ['a name in a text', { 'Fn::Sub': '${Nothing}' }],
  ['a condition', { 'Fn::If': ['Nothing', 1, 2] }],
  ['a function', { 'Fn::Cidr': ['10.0.0.0/8'] }],
])('%s that does not exist is an error', (_, value) => {
  expect(() => resolve(value, stack)).toThrow(/found .*(Nothing|Cidr)/);
});
