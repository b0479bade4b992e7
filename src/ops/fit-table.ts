import Table from 'cli-table3';
import stringWidth from 'string-width';
import { fitText } from './fit-text.ts';

/** Characters between two columns without a border. */
const GAP = 2;

/** Characters of a line of a cell that is never broken, as `13 d 23 h`. */
const SHORT = 10;

/**
 * A table in lines of a width: with borders where it fits as it is, else without them and with cells in several lines,
 * broken at blanks alone. Where that is not enough for the longest words, each row is a block with a line for each cell.
 *
 * @param rows cells of one line or several, with the codes of colours in them
 */
export function fitTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  if (fitColumns([head, ...rows], width, head.length * 3 + 1, 'whole') !== undefined) {
    const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
    table.push(...rows.map((row) => [...row]));
    return table.toString();
  }
  return fitPlainTable(head, rows, width) ?? blocks(head, rows, width);
}

/**
 * A table without borders.
 *
 * @returns undefined when the longest words do not fit beside each other
 */
export function fitPlainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  colAligns: ('left' | 'right')[] = [],
): string | undefined {
  const widths = fitColumns([head, ...rows], width, (head.length - 1) * GAP, 'words');
  if (widths === undefined) return undefined;
  const table = new Table({
    head: [...head],
    colAligns,
    colWidths: widths.map((one) => one + GAP),
    wordWrap: true,
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replaceAll(/ +$/gm, '');
}

/** Each row as lines `Head  cell`, with an empty line after each. */
function blocks(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const room = Math.max(...head.map((title) => title.length)) + GAP;
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          const lines = fitText(cell, Math.max(1, width - room)).split('\n');
          return `${(head[index] ?? '').padEnd(room)}${lines.join(`\n${' '.repeat(room)}`)}`;
        })
        .join('\n'),
    )
    .map((block) => `${block}\n`)
    .join('\n');
}

/**
 * Widths of columns that fit into a line: at least that of the longest word, and beyond that as much as the lines of the
 * cells need, the widest last.
 *
 * @param between characters of the line that are no column's
 * @param least what must fit: every line as it is, or the words
 * @returns undefined when that does not fit
 */
function fitColumns(
  rows: readonly (readonly string[])[],
  width: number,
  between: number,
  least: 'whole' | 'words',
): number[] | undefined {
  const columns = (rows[0] ?? []).map((_, index) => rows.map((row) => row[index] ?? ''));
  const lines = columns.map((cells) => cells.flatMap((cell) => cell.split('\n')));
  const wanted = lines.map(widest);
  const widths = least === 'whole' ? wanted : lines.map((column) => widest(column.flatMap(words)));
  let left = width - between - widths.reduce((sum, one) => sum + one, 0);
  if (left < 0) return undefined;
  for (; left > 0; left -= 1) {
    const lacking = wanted.map((want, index) => want - (widths[index] ?? want));
    const most = Math.max(...lacking);
    if (most <= 0) break;
    const index = lacking.indexOf(most);
    widths[index] = (widths[index] ?? 0) + 1;
  }
  return widths;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 1);
}

/** What of a line stays whole. */
function words(line: string): string[] {
  return stringWidth(line) <= SHORT ? [line] : line.split(/\s+/);
}

const sides = ['top', 'bottom', 'left', 'mid', 'right'];
const borderless = Object.fromEntries(
  ['middle', ...sides.flatMap((side) => [side, `${side}-left`, `${side}-mid`, `${side}-right`])].map(
    (part) => [part, ''],
  ),
);
