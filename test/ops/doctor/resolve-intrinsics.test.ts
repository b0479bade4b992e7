import { describe, expect, test } from 'vitest';
import { resolveIntrinsics, UnresolvedError } from '../../../src/ops/doctor/resolve-intrinsics.ts';

const names = new Map([
  ['AWS::Region', 'eu-west-1'],
  ['Queue', 'https://sqs/queue'],
  ['Queue.Arn', 'arn:aws:sqs:queue'],
]);
const resolve = (value: Parameters<typeof resolveIntrinsics>[0]) =>
  resolveIntrinsics(value, (name) => names.get(name));

describe('a part of a template is resolved', () => {
  test.each([
    ['where it is plain', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['with Ref', { a: { Ref: 'Queue' } }, { a: 'https://sqs/queue' }],
    ['with GetAtt as a list', [{ 'Fn::GetAtt': ['Queue', 'Arn'] }], ['arn:aws:sqs:queue']],
    ['with GetAtt as a text', [{ 'Fn::GetAtt': 'Queue.Arn' }], ['arn:aws:sqs:queue']],
    ['with Sub', { 'Fn::Sub': 'in ${AWS::Region} to ${Queue.Arn}' }, 'in eu-west-1 to arn:aws:sqs:queue'],
    ['with Sub that keeps a literal', { 'Fn::Sub': '${!Literal}' }, '${Literal}'],
    [
      'with Sub that has values of its own',
      { 'Fn::Sub': ['${X}', { X: { Ref: 'Queue' } }] },
      'https://sqs/queue',
    ],
    ['with Join', { 'Fn::Join': [':', ['a', { Ref: 'AWS::Region' }]] }, 'a:eu-west-1'],
  ])('%s', (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });
});

test.each([
  ['a name', { Ref: 'Unknown' }, 'What `Unknown` stands for is not known.'],
  ['a function', { 'Fn::If': ['Has', 'a', 'b'] }, 'The function Fn::If is not understood.'],
])('what is not known is never guessed: %s', (_, value, message) => {
  expect(() => resolve(value)).toThrow(new UnresolvedError(message));
});
