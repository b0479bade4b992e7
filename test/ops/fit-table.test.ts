import { styleText } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitTable } from '../../src/ops/fit-table.ts';

const head = ['Message', 'Cause', 'Instances now'];
const rows = [
  ['0a1b2c3d', 'protected', 'i-0123456789abcdef0 running, no name\ni-0123456789abcdef1 gone'],
  ['150 letters', 'not-visible', '150 instances, 3 of them open'],
];

test('has borders where it fits as it is, and the same where nothing has a width', () => {
  expect(fitTable(head, rows, Infinity)).toBe(fitTable(head, rows, 72));
  expect(fitTable(head, rows, Infinity)).toContain(
    '│ 0a1b2c3d    │ protected   │ i-0123456789abcdef0 running, no name │',
  );
});

test('where that is too wide, it has none, and cells go on in the next line', () => {
  expect(fitTable(head, rows, 52)).toBe(
    [
      'Message   Cause        Instances now',
      '0a1b2c3d  protected    i-0123456789abcdef0 running,',
      '                       no name',
      '                       i-0123456789abcdef1 gone',
      '150       not-visible  150 instances, 3 of them open',
      'letters',
    ].join('\n'),
  );
});

test('where the longest words do not fit beside each other, each row is a block', () => {
  expect(fitTable(head, rows, 36)).toBe(
    [
      'Message        0a1b2c3d',
      'Cause          protected',
      'Instances now  i-0123456789abcdef0',
      '               running, no name',
      '               i-0123456789abcdef1',
      '               gone',
      '',
      'Message        150 letters',
      'Cause          not-visible',
      'Instances now  150 instances, 3 of',
      '               them open',
      '',
    ].join('\n'),
  );
});

test('a short cell, such as an age, is not broken', () => {
  const table = fitTable(['Expires in', 'Instance'], [['13 d 23 h', 'i-0123456789abcdef0 running']], 32);

  expect(table.split('\n')).toEqual([
    'Expires in  Instance',
    '13 d 23 h   i-0123456789abcdef0',
    '            running',
  ]);
});

test('a cell of several lines keeps its colour in each, which takes no room', () => {
  const red = styleText('red', 'overdue by far', { validateStream: false });

  const table = fitTable(['Until'], [[red]], 8);

  expect(table).toBe('Until\n\u001b[31moverdue\u001b[39m\n\u001b[31mby far\u001b[39m');
});

test('every word is there and whole, and no line is too long but that of a longer word', () => {
  const cell = fc
    .array(fc.stringMatching(/^[a-z0-9-]{1,24}$/), { minLength: 1, maxLength: 6 })
    .map((words) => words.join(' '));
  const table = fc
    .integer({ min: 1, max: 6 })
    .chain((columns) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 2, maxLength: 5 }),
    );
  fc.assert(
    fc.property(table, fc.integer({ min: 20, max: 200 }), ([first = [], ...others], width) => {
      const lines = fitTable(first, others, width).split('\n');

      const shown = lines.flatMap((line) => line.split(/[\s│┌┐└┘├┤┬┴┼─]+/)).filter(Boolean);
      const words = [first, ...others].flat().flatMap((text) => text.split(' '));
      expect(new Set(shown)).toEqual(new Set(words));
      const longest = Math.max(...words.map((one) => one.length));
      const label = Math.max(...first.map((title) => title.length)) + 2;
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(width, label + longest));
    }),
  );
});
