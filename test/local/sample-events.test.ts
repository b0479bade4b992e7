import { relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readSampleEvents, sampleEventAt, sampleEventsFolder } from '../../src/local/sample-events.ts';

it('Finds a sample by the path of its file, absolute or from the working directory', async () => {
  const path = resolve(sampleEventsFolder, 'empty-name.json');

  const found = await Promise.all([sampleEventAt(path), sampleEventAt(relative('.', path))]);

  expect(found.map((sample) => sample?.file)).toEqual(['empty-name.json', 'empty-name.json']);
});

it('Knows no sample for a file elsewhere, though it has the name of one', async () => {
  expect(await sampleEventAt('/elsewhere/empty-name.json')).toBeUndefined();
});

it('Names the instances of a sample by the ids that EC2 holds', async () => {
  const samples = await readSampleEvents();

  for (const { live, expected } of samples) {
    if (live === undefined || !('outcomes' in expected)) continue;
    const held = live.flatMap(({ instances }) => instances.map(({ instanceId }) => instanceId));
    expect(held).toEqual(expected.outcomes.map(({ instanceId }) => instanceId));
  }
});
