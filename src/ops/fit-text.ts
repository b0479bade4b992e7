import type { WriteStream } from 'node:tty';
import { wrapAnsi } from 'fast-wrap-ansi';
import stringWidth from 'string-width';

/** Columns of a terminal that does not say how many it has. */
const USUAL = 80;

/** Characters of a line: those of the terminal; without end in a pipe or a file, so that what is there never changes. */
export function lineWidth({ isTTY, columns }: Pick<WriteStream, 'isTTY' | 'columns'>): number {
  return isTTY ? columns || USUAL : Infinity;
}

/**
 * A text in lines of a width. They are broken at blanks alone, and go on under the first letter of their line: a word or id
 * that is longer stays whole.
 *
 * @param text may have the codes of colours in it
 */
export function fitText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      if (stringWidth(line) <= width) return line;
      const indent = /^ */.exec(line)?.[0] ?? '';
      const room = Math.max(1, width - indent.length);
      return indent + wrapAnsi(line.slice(indent.length), room).replaceAll('\n', `\n${indent}`);
    })
    .join('\n');
}

/** Words of a shell: what is quoted is one. */
const shellWords = /(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/g;

/**
 * A command of a shell, indented, in lines of a width that can be copied as one: each but the last ends in a backslash. What
 * is quoted is not broken.
 */
export function fitCommand(command: string, indent: string, width: number): string {
  if (indent.length + stringWidth(command) <= width) return indent + command;
  const lines: string[] = [];
  for (const word of command.match(shellWords) ?? []) {
    const line = lines.at(-1);
    const longer = `${line} ${word}`;
    if (line !== undefined && stringWidth(`${longer} \\`) <= width) lines[lines.length - 1] = longer;
    else lines.push(`${indent}${line === undefined ? '' : '  '}${word}`);
  }
  return lines.join(' \\\n');
}
