import Table from 'cli-table3';
import { forTerminal, harmless } from './text-for-people.ts';

/**
 * Where a command writes: results to stdout, for people or programs; everything else to stderr. All of it passes through
 * here, and is made harmless: nothing that a name or a tag holds reaches the terminal as a command.
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
  /** JSON texts of the result, one a line. */
  readonly jsonLines: (texts: readonly string[]) => void;
  /** A remark for the person that is not part of the result. */
  readonly note: (text: string) => void;
}

/** Writes to the process's own streams. */
export function createOutput(json: boolean): Output {
  return {
    json,
    line,
    table(head, rows) {
      const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
      table.push(...rows.map((row) => row.map((cell) => forTerminal(cell))));
      process.stdout.write(`${table.toString()}\n`);
    },
    // What JSON leaves as it is, it can also write as a number.
    document: (value) => void process.stdout.write(`${harmless(JSON.stringify(value, undefined, 2))}\n`),
    jsonLines: (texts) => void process.stdout.write(`${harmless(texts.join('\n'))}\n`),
    note: (text) => void process.stderr.write(`${forTerminal(text, false)}\n`),
  };
}

function line(text = ''): void {
  process.stdout.write(`${forTerminal(text)}\n`);
}
