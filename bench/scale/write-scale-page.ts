import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectFolder } from '../../build/bundle.ts';
import { loadResults } from '../report/results.ts';
import { scalePage } from './scale-page.ts';

/** `npm run bench:scale`: works the last measurement out to launch rates and memory sizes, and writes `docs/scale.md`. */
const results = (await loadResults("AWS's runtime client")) ?? (await loadResults('plain Node'));
if (results === undefined) {
  console.error('Expected a measurement in bench/results, found none. Run `npm run bench` first.');
  process.exitCode = 2;
} else {
  await writeFile(path.join(projectFolder, 'docs', 'scale.md'), scalePage(results));
  console.log('Written to docs/scale.md.');
}
