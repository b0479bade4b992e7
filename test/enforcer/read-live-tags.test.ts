import { expect, test } from 'vitest';
import { readLiveTags } from '../../src/enforcer/read-live-tags.ts';
import type { Reading } from '../../src/enforcer/read-live-tags.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import type { FleetOptions } from '../support/in-memory-fleet.ts';
import { idOf, idsUpTo, launchedAt, name } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

async function read(
  ids: readonly string[],
  options: Partial<FleetOptions>,
): Promise<{ readings: (readonly [string, Reading])[]; calls: number; took: number }> {
  const clock = new VirtualClock();
  const fleet = new InMemoryFleet({ clock, instances: [], ...options });
  const asked = ids.map((instanceId) => ({ instanceId }));
  const pairs = await clock.run(readLiveTags(asked, fleet, launchedAt + 10_000));
  return {
    readings: pairs.map(([{ instanceId }, reading]) => [instanceId, reading] as const),
    calls: fleet.calls.describe,
    took: clock.now() - launchedAt,
  };
}

test('Each instance that was asked for is given with what EC2 shows of it, and one that it does not show as missing', async () => {
  const { readings } = await read([idOf(1), idOf(2)], {
    instances: [{ instanceId: idOf(1), tags: [name('web-1')], state: 'pending' }],
  });

  expect(readings).toMatchObject([
    [idOf(1), { kind: 'shown', instance: { instanceId: idOf(1), state: 'pending', tags: [name('web-1')] } }],
    [idOf(2), { kind: 'missing' }],
  ]);
});

test('What EC2 shows beside the instances asked for is dropped', async () => {
  const { readings } = await read([idOf(1)], {
    instances: [{ instanceId: idOf(9) }, { instanceId: idOf(1) }],
    faults: [{ operation: 'describe', call: 1, kind: 'adds-strays' }],
  });

  expect(readings.map(([id]) => id)).toEqual([idOf(1)]);
});

test('As many are read in one call as EC2 takes, five calls at a time', async () => {
  const ids = idsUpTo(12);

  const { readings, calls, took } = await read(ids, {
    instances: ids.map((instanceId) => ({ instanceId })),
    limits: { describe: 2, terminate: 2 },
    callTime: 100,
  });

  expect(readings.map(([id, { kind }]) => `${id} ${kind}`)).toEqual(ids.map((id) => `${id} shown`));
  expect(calls).toBe(6);
  expect(took).toBe(200);
});

test('A call that fails leaves its own instances unread and no others', async () => {
  const { readings } = await read(idsUpTo(3), {
    instances: idsUpTo(3).map((instanceId) => ({ instanceId })),
    limits: { describe: 1, terminate: 1 },
    faults: [{ operation: 'describe', call: 2, kind: 'fails' }],
  });

  expect(readings.map(([, reading]) => reading)).toMatchObject([
    { kind: 'shown' },
    { kind: 'unreadable', detail: 'RequestLimitExceeded: in-memory EC2' },
    { kind: 'shown' },
  ]);
});

test('A call that the deadline ends leaves its instances out of time', async () => {
  const { readings, took } = await read([idOf(1)], {
    instances: [{ instanceId: idOf(1) }],
    faults: [{ operation: 'describe', call: 1, kind: 'hangs' }],
  });

  expect(readings).toEqual([[idOf(1), { kind: 'out-of-time' }]]);
  expect(took).toBe(10_000);
});

test('Nothing asked is no call', async () => {
  const { readings, calls } = await read([], { instances: [{ instanceId: idOf(1) }] });

  expect(readings).toEqual([]);
  expect(calls).toBe(0);
});
