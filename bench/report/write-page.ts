import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pictureName, resultsPage } from './markdown.ts';
import { plot } from './plot.ts';
import { loadProfile } from './profile.ts';
import { loadResults } from './results.ts';

const folder = path.join(import.meta.dirname, '..');

/** The cases of the picture. */
const pictured = ['cold compliant', 'cold kill', 'warm compliant', 'warm kill', 'cold kill of 1,000'];

/** Writes `bench/RESULTS.md` and its pictures from what was measured last. */
export async function writePage(): Promise<void> {
  const runs = (await Promise.all([loadResults('plain Node'), loadResults("AWS's runtime client")])).filter(
    (results) => results !== undefined,
  );
  await writeFile(path.join(folder, 'RESULTS.md'), resultsPage(runs, await loadProfile()));
  for (const results of runs) {
    await writeFile(path.join(folder, pictureName(results.runtime)), `${plot(results, pictured)}\n`);
  }
}
