import { expect, test } from 'vitest';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';

const id = 'i-0123456789abcdef0';

test('A tag without a value has an empty one', () => {
  const launch = readLaunch(launchEvent({ instances: [launchedItem(id, [{ key: 'Name' }])] }));

  expect(launch).toMatchObject({ instances: [{ launchTags: [{ key: 'Name', value: '' }] }] });
});
