import type { Output } from './output.ts';

/** An output that keeps what it is given, for later. */
export interface HeldOutput extends Output {
  /** What was written as a document, in order. */
  readonly documents: readonly unknown[];
  /** Whether there is nothing to release. */
  readonly isEmpty: () => boolean;
  /** Writes all but the documents. */
  readonly release: () => void;
}

/** @param output where it goes in the end. Remarks, which are no part of the result, go there at once. */
export function holdOutput(output: Output): HeldOutput {
  const written: (() => void)[] = [];
  const documents: unknown[] = [];
  return {
    json: output.json,
    line: (text) => void written.push(() => output.line(text)),
    table: (head, rows) => void written.push(() => output.table(head, rows)),
    command: (command, indent) => void written.push(() => output.command(command, indent)),
    programLines: (texts) => void written.push(() => output.programLines(texts)),
    document: (value) => void documents.push(value),
    note: (text) => output.note(text),
    documents,
    isEmpty: () => written.length === 0,
    release: () => {
      for (const write of written.splice(0)) write();
    },
  };
}
