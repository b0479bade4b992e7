import { fitTable } from './fit-table.ts';
import { fitCommand, fitText, lineWidth } from './fit-text.ts';
import { forTerminal, harmless, style } from './text-for-people.ts';

/**
 * Where a command writes: results to stdout, for people or programs; everything else to stderr. All of it passes through
 * here, and is made harmless: nothing that a name or a tag holds reaches the terminal as a command. On a terminal, lines
 * and tables for people fit into its width; elsewhere they are as long as they are.
 */
export interface Output {
  /** Whether the result is for programs: one JSON document, and no tables. */
  readonly json: boolean;
  /** A line of the result. */
  readonly line: (text?: string) => void;
  /** A table of the result; the first row is the head. Cells may hold several lines. */
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void;
  /** The result as one JSON document. */
  readonly document: (value: unknown) => void;
  /** A command of a shell for the person to copy, `indent` characters from the left. */
  readonly command: (command: string, indent: number) => void;
  /** Lines of the result for programs: JSON texts, or rows of CSV. */
  readonly programLines: (texts: readonly string[]) => void;
  /** A remark for the person that is not part of the result. */
  readonly note: (text: string) => void;
}

/** Writes to the process's own streams. */
export function createOutput(json: boolean): Output {
  return {
    json,
    line,
    table(head, rows) {
      const cells = rows.map((row) => row.map((cell) => forTerminal(cell)));
      process.stdout.write(`${fitTable(head, cells, lineWidth(process.stdout))}\n`);
    },
    command(command, indent) {
      const lines = fitCommand(command, ' '.repeat(indent), lineWidth(process.stdout));
      process.stdout.write(`${forTerminal(style('cyan', lines))}\n`);
    },
    // What JSON leaves as it is, it can also write as a number.
    document: (value) => void process.stdout.write(`${harmless(JSON.stringify(value, undefined, 2))}\n`),
    programLines: (texts) => void process.stdout.write(`${harmless(texts.join('\n'))}\n`),
    note: (text) =>
      void process.stderr.write(`${fitText(forTerminal(text, false), lineWidth(process.stderr))}\n`),
  };
}

function line(text = ''): void {
  process.stdout.write(`${fitText(forTerminal(text), lineWidth(process.stdout))}\n`);
}
