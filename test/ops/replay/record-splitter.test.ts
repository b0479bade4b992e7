import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordSplitter, type Piece } from '../../../src/ops/replay/record-splitter.ts';

const record = (number: number, more = ''): string => `{"eventVersion":"1.11","number":${number}${more}}`;
const file = (...records: string[]): string => `{"Records":[${records.join(',')}]}`;

/** What comes of a file that comes in pieces of so many bytes. */
function split(text: string | Buffer, size = 7): Piece[] {
  const bytes = Buffer.from(text);
  const splitter = new RecordSplitter();
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; at += size)
    pieces.push(...splitter.push(bytes.subarray(at, at + size)));
  return [...pieces, ...splitter.end()];
}

const textsOf = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []));
const damageOf = (pieces: readonly Piece[]): (readonly [number, string])[] =>
  pieces.flatMap((piece) => (piece.kind === 'damaged' ? [[piece.number, piece.problem] as const] : []));

describe('a file in order', () => {
  test('gives its records as they are, whatever they hold and wherever the bytes are cut', () => {
    const json = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(fc.array(json, { maxLength: 6 }), fc.integer({ min: 1, max: 64 }), (records, size) => {
        const pieces = split(JSON.stringify({ Records: records }), size);

        expect(damageOf(pieces)).toEqual([]);
        expect(textsOf(pieces)).toEqual(records.map((one) => JSON.stringify(one)));
      }),
    );
  });

  test('gives the records of a file that a tool has laid out in lines', () => {
    const records = [{ a: [1, { b: ']' }] }, { c: '\\"' }];

    const pieces = split(`\uFEFF${JSON.stringify({ Records: records }, undefined, 2)}\n`);

    expect(textsOf(pieces).map((text): unknown => JSON.parse(text))).toEqual(records);
  });

  test('numbers the records from 1', () => {
    expect(split(file(record(1), record(2))).map(({ number }) => number)).toEqual([1, 2]);
  });

  test('gives nothing for an empty list', () => {
    expect(split(file())).toEqual([]);
  });
});

describe('a damaged record', () => {
  test.each([
    ['whose brackets do not match', record(2, ',"a":[1}'), 'has brackets that do not match'],
    ['with a bracket too many', record(2, '}'), 'has brackets that do not match'],
    ['with a bracket too few', record(2).replace('}', ',"a":{"b":{}'), 'has brackets that do not match'],
    ['nested without end', record(2, `,"a":${'['.repeat(300)}`), 'is nested deeper than 256 levels'],
  ])('%s costs that record and no other', (_, damaged, problem) => {
    const pieces = split(file(record(1), damaged, record(3), record(4)));

    expect(damageOf(pieces)).toEqual([[2, problem]]);
    expect(textsOf(pieces)).toEqual([record(1), record(3), record(4)]);
  });

  test('with a quotation mark too many costs at most what is in 1 MB after it', () => {
    const many = Array.from({ length: 40_000 }, (_, index) => record(index));

    const pieces = split(file(record(1, ',"a":"b"c"'), ...many), 65_536);

    expect(damageOf(pieces).length).toBeGreaterThan(0);
    expect(textsOf(pieces).at(-1)).toBe(many.at(-1));
    expect(textsOf(pieces).length).toBeGreaterThan(39_000);
  });

  test('longer than 1 MB is not kept in memory', () => {
    const pieces = split(file(record(1), record(2, `,"a":"${'x'.repeat(3_000_000)}"`), record(3)), 65_536);

    expect(damageOf(pieces)).toEqual([[2, 'is longer than 1048576 bytes']]);
    expect(textsOf(pieces)).toEqual([record(1), record(3)]);
  });

  test('in which another record seems to lie does not hide that one', () => {
    const pieces = split(`{"Records":[{"eventVersion":"1.11","a":{,${record(2)},${record(3)}`);

    expect(damageOf(pieces).map(([number]) => number)).toEqual([1, 3]);
    expect(textsOf(pieces)).toEqual([record(2)]);
  });

  test('at the end of a file that was cut off is named, after the records before it', () => {
    const pieces = split(file(record(1), record(2)).slice(0, -5));

    expect(textsOf(pieces)).toEqual([record(1)]);
    expect(damageOf(pieces)).toEqual([[2, 'does not end before the file does']]);
  });
});

describe('a file that is none of CloudTrail\u2019s', () => {
  test.each([
    ['is empty', '', 'is empty'],
    ['is other JSON', '{"Events":[]}', 'expected it to begin with {"Records":[, found "{\\"Events\\":[]}"'],
    ['is no JSON and long', 'x'.repeat(5000), `found "${'x'.repeat(40)}"`],
  ])('%s: says so', (_, text, expected) => {
    expect(() => split(text)).toThrow(expected);
  });
});
