import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Reporter, TestModule } from 'vitest/node';
import type { Figures } from '../support/figures.ts';

/** Prints what the tests measured, above the summary. */
export class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    // Of several with one title, the last: it has the rows of those before it.
    const latest = new Map(
      tests.flatMap((test) => test.meta().figures ?? []).map((figures) => [figures.title, figures]),
    );
    for (const figures of latest.values()) process.stdout.write(`\n${render(figures)}\n`);
  }
}

function render({ title, rows }: Figures): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = new Table({
    head: ['', ...rows.map((_, index) => (rows.length > 1 ? `run ${index + 1}` : ''))],
    style: { head: [], border: [] },
    colAligns: ['left', ...rows.map(() => 'right' as const)],
  });
  for (const name of names) table.push([name, ...rows.map((row) => String(row[name] ?? ''))]);
  return `${styleText('bold', title)}\n${table.toString()}`;
}
