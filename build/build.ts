import { styleText } from 'node:util';
import Table from 'cli-table3';
import { Command } from 'commander';
import { bundle, writeBundle } from './bundle.ts';
import {
  checkBudgets,
  type FileSize,
  fileSizes,
  kilobytes,
  largest,
  type PartSize,
  partSizes,
} from './sizes.ts';

/** `npm run build`: bundles the handler into `dist`, prints its sizes, and fails when one passes its budget. */
const { quiet } = new Command('npm run build --')
  .description('Bundles the handler into dist, and its source maps into dist-maps.')
  .option('--quiet', 'print errors alone', false)
  .parse()
  .opts<{ quiet: boolean }>();

try {
  const built = await bundle();
  await writeBundle(built);
  const files = fileSizes(built);
  const parts = partSizes(built);
  if (!quiet) console.log(`${fileTable(files)}\n${partTable(parts)}`);
  checkBudgets(parts);
} catch (error) {
  console.error(styleText('red', error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
  process.exitCode = 1;
}

function fileTable(files: readonly FileSize[]): string {
  const table = new Table({
    head: ['file', 'minified', 'gzip', 'what is in it'],
    colAligns: ['left', 'right', 'right', 'left'],
    colWidths: [null, null, null, 64],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  table.push(
    ...files.map((file) => [
      file.name,
      kilobytes(file.minified),
      kilobytes(file.gzip),
      largest(file.contents, 5),
    ]),
  );
  return table.toString();
}

function partTable(parts: readonly PartSize[]): string {
  const table = new Table({
    head: ['part', 'size', 'budget', 'used'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...parts.map(({ part, bytes, budget }) => [
      part,
      kilobytes(bytes),
      kilobytes(budget),
      styleText(bytes > budget ? 'red' : 'green', `${Math.round((100 * bytes) / budget)} %`),
    ]),
  );
  return table.toString();
}
