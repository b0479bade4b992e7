import { styleText } from 'node:util';
import Table from 'cli-table3';
import { Command } from 'commander';
import { bundle, writeBundle } from './bundle.ts';
import { checkBudgets, kilobytes, largest, type PartSize, partSizes } from './sizes.ts';

/** `npm run build`: bundles the functions into `dist`, prints sizes, and fails when one passes its budget. */
const { quiet } = new Command('npm run build --')
  .description('Bundles the functions into dist, and their source maps into dist-maps.')
  .option('--quiet', 'print errors alone', false)
  .parse()
  .opts<{ quiet: boolean }>();

try {
  const built = await bundle();
  await writeBundle(built);
  const parts = partSizes(built);
  if (!quiet) console.log(tableOf(parts));
  checkBudgets(parts);
} catch (error) {
  console.error(styleText('red', error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}

function tableOf(parts: readonly PartSize[]): string {
  const table = new Table({
    head: ['part', 'size', 'budget', 'used', 'most of it'],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    colWidths: [null, null, null, null, 40],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { part, bytes, budget, contents } of parts) {
    const used = styleText(bytes > budget ? 'red' : 'green', `${Math.round((100 * bytes) / budget)} %`);
    table.push([part, kilobytes(bytes), kilobytes(budget), used, largest(contents, 3)]);
  }
  return table.toString();
}
