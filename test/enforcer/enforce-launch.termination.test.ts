import { describe, expect, test } from 'vitest';
import { idOf, idsUpTo, launchedAt, listed, name } from '../support/launches.ts';
import { settle } from '../support/settle.ts';

const [one, two, three] = [idOf(1), idOf(2), idOf(3)];

describe('The guard of the role denies', () => {
  test('the kill of an instance that was named since its tags were read, and it is spared', async () => {
    const tagChanges = [{ at: launchedAt + 75, tags: [name('just-in-time')] }];

    const { fates, killed, calls, took } = await settle(listed(one, two), [
      { instanceId: one, tagChanges },
      { instanceId: two },
    ]);

    expect(fates).toEqual({ [one]: 'spared named', [two]: 'terminated no-name-tag' });
    expect(killed).toEqual([two]);
    // Read, refused, in halves, and read again at once.
    expect(calls).toEqual({ describe: 2, find: 0, terminate: 3 });
    expect(took).toBe(200);
  });

  test('a kill for a tag that differs from Name in case, and the instance has failed as denied', async () => {
    const { fates, calls, took } = await settle(listed(one), [
      { instanceId: one, tags: [{ key: 'name', value: 'web-1' }] },
    ]);

    expect(fates).toEqual({ [one]: 'failed denied (in-memory EC2 refused: denied)' });
    expect(calls).toEqual({ describe: 2, find: 0, terminate: 1 });
    // Without a wait: what was denied may have its name by now.
    expect(took).toBe(150);
  });

  test('and an instance that is down by the second reading is gone', async () => {
    const tagChanges = [{ at: launchedAt + 75, tags: [name('too-late')] }];

    const { fates } = await settle(listed(one), [
      { instanceId: one, tagChanges, terminatedAt: launchedAt + 120 },
    ]);

    expect(fates).toEqual({ [one]: 'already-gone shutting-down' });
  });

  test('and an instance that cannot be read again in time is deferred', async () => {
    const tagChanges = [{ at: launchedAt + 75, tags: [name('just-in-time')] }];

    const { fates } = await settle(listed(one), [{ instanceId: one, tagChanges }], {
      faults: [{ operation: 'describe', call: 2, kind: 'hangs' }],
    });

    expect(fates).toEqual({ [one]: 'deferred out-of-time' });
  });

  test('and the others that EC2 does not show yet are still asked for', async () => {
    const { fates } = await settle(listed(one, two), [
      { instanceId: one, tags: [{ key: 'name', value: 'web-1' }] },
      { instanceId: two, hiddenUntil: launchedAt + 3_000 },
    ]);

    expect(fates).toEqual({
      [one]: 'failed denied (in-memory EC2 refused: denied)',
      [two]: 'terminated no-name-tag',
    });
  });
});

test('A protected instance stays protected and fails; its zone and the others die', async () => {
  const { fates, killed } = await settle(listed(one, two, three), [
    { instanceId: one, protected: true },
    { instanceId: two },
    { instanceId: three, zone: 'b' },
  ]);

  expect(fates).toEqual({
    [one]: 'failed protected (in-memory EC2 refused: protected)',
    [two]: 'terminated no-name-tag',
    [three]: 'terminated no-name-tag',
  });
  expect(killed).toEqual([two, three]);
});

test('An instance that EC2 does not terminate on request has failed as refused', async () => {
  const { fates } = await settle(listed(one), [{ instanceId: one, unsupported: true }]);

  expect(fates).toEqual({ [one]: 'failed refused (in-memory EC2 refused: unsupported)' });
});

describe('A call to terminate that fails', () => {
  const instances = [{ instanceId: one }, { instanceId: two }];

  test('because EC2 refuses the call itself leaves its instances not terminated', async () => {
    const { fates, calls } = await settle(listed(one, two), instances, {
      faults: [{ operation: 'terminate', call: 1, kind: 'fails-for-good' }],
    });

    const failed = 'failed not-terminated (AuthFailure: in-memory EC2)';
    expect(fates).toEqual({ [one]: failed, [two]: failed });
    expect(calls.terminate).toBe(1);
  });

  test('because EC2 is ill is made again, after the tags were read again', async () => {
    const { fates, calls } = await settle(listed(one, two), instances, {
      faults: [{ operation: 'terminate', call: 1, kind: 'fails' }],
    });

    expect(fates).toEqual({ [one]: 'terminated no-name-tag', [two]: 'terminated no-name-tag' });
    expect(calls).toEqual({ describe: 2, find: 0, terminate: 2 });
  });

  test('never kills what was named in the meantime', async () => {
    const tagChanges = [{ at: launchedAt + 120, tags: [name('late')] }];

    const { fates, killed } = await settle(listed(one), [{ instanceId: one, tagChanges }], {
      faults: [{ operation: 'terminate', call: 1, kind: 'fails' }],
    });

    expect(fates).toEqual({ [one]: 'spared named' });
    expect(killed).toEqual([]);
  });

  test('only in its answer was a kill all the same, and counts as one', async () => {
    const { fates, calls } = await settle(listed(one, two), instances, {
      faults: [{ operation: 'terminate', call: 1, kind: 'fails-after' }],
    });

    expect(fates).toEqual({ [one]: 'terminated no-name-tag', [two]: 'terminated no-name-tag' });
    expect(calls.terminate).toBe(1);
  });

  test('only in its answer counts as a kill, even when the first reading after it fails as well', async () => {
    const { fates } = await settle(listed(one), [{ instanceId: one }], {
      faults: [
        { operation: 'terminate', call: 1, kind: 'fails-after' },
        { operation: 'describe', call: 2, kind: 'fails' },
      ],
    });

    expect(fates).toEqual({ [one]: 'terminated no-name-tag' });
  });

  test('until the time is up has failed as not terminated, in the words of EC2', async () => {
    const { fates } = await settle(listed(one), [{ instanceId: one }], {
      faults: Array.from({ length: 60 }, (_, index) => ({
        operation: 'terminate',
        call: index + 1,
        kind: 'fails',
      })),
    });

    expect(fates).toEqual({ [one]: 'failed not-terminated (RequestLimitExceeded: in-memory EC2)' });
  });
});

describe('A kill that was under way before', () => {
  test('is not counted again by a second delivery of the event', async () => {
    const { fates, killed } = await settle(listed(one), [{ instanceId: one, terminatedAt: launchedAt + 75 }]);

    expect(fates).toEqual({ [one]: 'already-gone shutting-down' });
    expect(killed).toEqual([]);
  });
});

describe('EC2 is ill', () => {
  const ids = idsUpTo(1000);
  const many = ids.map((instanceId) => ({ instanceId }));

  test.each([
    ['fails', 1],
    ['stalls', 1],
    ['fails', 1000],
    ['stalls', 1000],
  ] as const)('for twenty seconds (%s): %d die within the same minute', async (kind, count) => {
    const outages = [{ from: launchedAt, until: launchedAt + 20_000, kind }];

    const { fates, killed, took } = await settle(listed(...ids.slice(0, count)), many.slice(0, count), {
      outages,
      time: 56_000,
    });

    expect(killed).toHaveLength(count);
    expect(new Set(Object.values(fates))).toEqual(new Set(['terminated no-name-tag']));
    expect(took).toBeLessThan(40_000);
  });

  test('for good: the time is used, with at most 60 attempts, and the failure told in its words', async () => {
    const outages = [{ from: launchedAt, until: Infinity, kind: 'fails' }] as const;

    const { fates, calls, took } = await settle(listed(one), [{ instanceId: one }], {
      outages,
      time: 60_000,
    });

    expect(fates).toEqual({ [one]: 'failed unreadable (RequestLimitExceeded: in-memory EC2)' });
    expect(took).toBeGreaterThan(50_000);
    expect(calls.describe).toBeGreaterThan(10);
    expect(calls.describe).toBeLessThanOrEqual(60);
  });
});

describe('Before the time is up', () => {
  test('all ends, and what could not be read is deferred', async () => {
    const { fates, took } = await settle(listed(one), [{ instanceId: one }], {
      faults: [{ operation: 'describe', call: 1, kind: 'hangs' }],
    });

    expect(fates).toEqual({ [one]: 'deferred out-of-time' });
    expect(took).toBe(30_000);
  });

  test('all ends, and what could not be terminated is deferred', async () => {
    const { fates, took } = await settle(listed(one), [{ instanceId: one }], {
      faults: [{ operation: 'terminate', call: 1, kind: 'hangs' }],
    });

    expect(fates).toEqual({ [one]: 'deferred out-of-time' });
    expect(took).toBe(30_000);
  });

  test('nothing is begun when there is no time', async () => {
    const { fates, calls } = await settle(listed(one), [{ instanceId: one }], { time: 0 });

    expect(fates).toEqual({ [one]: 'deferred out-of-time' });
    expect(calls).toEqual({ describe: 0, find: 0, terminate: 0 });
  });
});

test('Every instance gets its outcome, whatever happens to the others', async () => {
  const ids = [1, 2, 3, 4, 5, 6, 7].map(idOf);

  const { fates } = await settle(
    listed(...ids),
    [
      { instanceId: idOf(1) },
      { instanceId: idOf(2), protected: true },
      { instanceId: idOf(3), unsupported: true },
      { instanceId: idOf(4), tags: [name('web-4')] },
      { instanceId: idOf(5), tags: [{ key: 'NAME', value: 'web-5' }] },
      { instanceId: idOf(6), terminatedAt: launchedAt },
    ],
    { limits: { describe: 2, terminate: 3 } },
  );

  expect(Object.keys(fates).toSorted()).toEqual(ids);
  expect(ids.map((id) => fates[id]?.replace(/ \(.*/, ''))).toEqual([
    'terminated no-name-tag',
    'failed protected',
    'failed refused',
    'spared named',
    'failed denied',
    'already-gone shutting-down',
    'failed not-visible',
  ]);
});
