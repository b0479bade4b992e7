import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forTerminal, harmless, style } from '../../src/ops/text-for-people.ts';

/** What a terminal obeys, or what turns text round or hides it. */
const dangerous = /[^\P{C}\n]/u;

describe('a text that others wrote', () => {
  test.each([
    [
      'the colours and commands of a terminal',
      'a\u001b[31mb\u001b]0;title\u0007',
      String.raw`a\u001b[31mb\u001b]0;title\u0007`,
    ],
    ['C1 controls', 'a\u009b2Jb\u0085', String.raw`a\u009b2Jb\u0085`],
    ['a change of direction', 'exe\u202etxt\u2066', String.raw`exe\u202etxt\u2066`],
    ['a return to the beginning of the line', 'safe\rrm', String.raw`safe\u000drm`],
    ['what is not seen', 'a\u200bb\ufeff', String.raw`a\u200bb\ufeff`],
    ['a lone surrogate', 'a\ud800', String.raw`a\ud800`],
  ])('shows %s as JSON writes it', (_, text, shown) => {
    expect(forTerminal(text)).toBe(shown);
  });

  test('keeps its letters, of any script, and its lines', () => {
    expect(forTerminal('größe 数 🦄\nשלום')).toBe('größe 数 🦄\nשלום');
  });

  test('cannot bring a style of its own along, other than the harmless ones of the tool', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('\u001b', '\u{e000}', '\u{e001}', '\u{e002}', 'red'),
      ),
    });

    fc.assert(
      fc.property(text, (hostile) => {
        expect(forTerminal(`x${hostile}y`, false)).not.toMatch(dangerous);
        expect(harmless(hostile)).not.toMatch(dangerous);
      }),
    );
  });
});

test('the styles of the tool reach a terminal, and what stands in them is harmless', () => {
  expect(forTerminal(style('yellow', 'a\u001b[0mb'), true)).toBe(
    `\u001b[33m${String.raw`a\u001b[0mb`}\u001b[39m`,
  );
  expect(forTerminal(style('yellow', 'a'), false)).toBe('a');
});
