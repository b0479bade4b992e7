import { execFileSync } from 'node:child_process';
import { styleText } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitCommand, fitText, lineWidth } from '../../src/ops/fit-text.ts';

test.each([
  ['a terminal', { isTTY: true, columns: 132 }, 132],
  ['a terminal that does not say', { isTTY: true, columns: 0 }, 80],
])('a line has the width of %s', (_, { isTTY, columns }, width) => {
  expect(lineWidth({ isTTY, columns })).toBe(width);
});

const word = fc.stringMatching(/^[a-z0-9:/-]{1,30}$/);
const widths = fc.integer({ min: 10, max: 200 });

describe('a text', () => {
  test('goes on under the first letter of its line', () => {
    expect(fitText('ok\n    arn and so on, to the end', 16)).toBe(
      'ok\n    arn and so\n    on, to the\n    end',
    );
  });

  test('is as it was where it fits', () => {
    expect(fitText('  failed       now', 18)).toBe('  failed       now');
    expect(fitText('  one   two  ', Infinity)).toBe('  one   two  ');
  });

  test('keeps its colours, which take no room', () => {
    const red = styleText('red', 'one two', { validateStream: false });

    expect(fitText(red, 7)).toBe(red);
    expect(fitText(red, 5)).toBe(['one', 'two'].map((one) => `\u001b[31m${one}\u001b[39m`).join('\n'));
  });

  test('has all its words, in order and whole, and no line is too long but that of a longer word', () => {
    fc.assert(
      fc.property(fc.array(word), widths, (words, width) => {
        const lines = fitText(words.join(' '), width).split('\n');

        expect(lines.flatMap((line) => line.split(' ')).filter(Boolean)).toEqual(words);
        for (const line of lines) expect(line.includes(' ') && line.length > width).toBe(false);
      }),
    );
  });
});

/** The words as a shell takes them. */
function printed(command: string): string {
  return execFileSync('sh', ['-c', `printf '%s|' ${command}`], { encoding: 'utf8' });
}

describe('a command', () => {
  test('is one line where it fits, and can be copied as one where it does not', () => {
    const command = 'aws logs tail group --filter-pattern \'{ $.level = "ERROR" }\'';

    expect(fitCommand(command, '  ', 80)).toBe(`  ${command}`);
    expect(fitCommand(command, '  ', 40)).toBe(
      '  aws logs tail group --filter-pattern \\\n    \'{ $.level = "ERROR" }\'',
    );
  });

  test('means the same to a shell, whatever the width', () => {
    const quoted = fc.constantFrom(
      "'a b  c'",
      '"d \\" e"',
      "'Key=Name,Value=x y'",
      '--tags',
      'i-0123456789abcdef0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, quoted), { minLength: 1 }), widths, (words, width) => {
        expect(printed(fitCommand(words.join(' '), '  ', width))).toBe(printed(words.join(' ')));
      }),
      { numRuns: 30 },
    );
  });
});
