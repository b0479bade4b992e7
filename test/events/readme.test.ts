import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readSampleEvents, sampleEventsFolder } from '../../src/local/sample-events.ts';
import { tableOf } from '../support/sample-events.ts';

const readme = resolve(sampleEventsFolder, 'README.md');
const TABLE = /(?<=<!-- table -->\n).*(?=<!-- \/table -->)/s;

it('The table of the samples in events/README.md says what expected.json says', async () => {
  const text = await readFile(readme, 'utf8');
  expect(text).toMatch(TABLE);

  const table = tableOf(await readSampleEvents());

  await expect(text.replace(TABLE, () => `${table}\n`)).toMatchFileSnapshot(readme);
});
