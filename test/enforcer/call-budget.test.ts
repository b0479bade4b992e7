import { expect, test } from 'vitest';
import { ec2Limits } from '../../src/aws/on-demand.ts';
import type { LaunchedInstance } from '../../src/enforcer/launch.ts';
import { idsUpTo, listed, name } from '../support/launches.ts';
import { settle } from '../support/settle.ts';

/** How many calls EC2 gets for a launch of nameless instances, of which the event names the first so many. */
async function callsFor(count: number, named: number): Promise<{ calls: number; killed: number }> {
  const ids = idsUpTo(count);
  const launched = ids.map((instanceId, index): LaunchedInstance => {
    return { instanceId, launchTags: index < named ? [name('web')] : [] };
  });
  const { calls, killed } = await settle(
    listed(...launched),
    ids.map((instanceId) => ({ instanceId })),
    { limits: ec2Limits },
  );
  return { calls: calls.describe + calls.find + calls.terminate, killed: killed.length };
}

test('A launch that is named in its event takes no call', async () => {
  expect(await callsFor(1, 1)).toEqual({ calls: 0, killed: 0 });
  expect(await callsFor(1000, 1000)).toEqual({ calls: 0, killed: 0 });
});

test('One nameless instance takes two calls', async () => {
  expect(await callsFor(1, 0)).toEqual({ calls: 2, killed: 1 });
});

test('1,000 nameless instances take six calls', async () => {
  expect(await callsFor(1000, 0)).toEqual({ calls: 6, killed: 1000 });
});

test('1,000 instances, half of them named in the event, take four calls', async () => {
  expect(await callsFor(1000, 500)).toEqual({ calls: 4, killed: 500 });
});
