import Table from 'cli-table3';

/** Where a command writes: results to stdout, for people or programs; everything else to stderr. */
export interface Output {
  /** Whether the result is for programs: one JSON document, and no tables. */
  readonly json: boolean;
  /** A line of the result. */
  readonly line: (text?: string) => void;
  /** A table of the result; the first row is the head. Cells may hold several lines. */
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void;
  /** The result as one JSON document. */
  readonly document: (value: unknown) => void;
  /** A remark for the person that is not part of the result. */
  readonly note: (text: string) => void;
}

/** Writes to the process's own streams. */
export function createOutput(json: boolean): Output {
  return {
    json,
    line,
    table(head, rows) {
      // Styles are the cells' own, by util.styleText, which respects NO_COLOR and pipes; the library does neither.
      const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
      table.push(...rows.map((row) => [...row]));
      line(table.toString());
    },
    document: (value) => line(JSON.stringify(value, undefined, 2)),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

function line(text = ''): void {
  process.stdout.write(`${text}\n`);
}
