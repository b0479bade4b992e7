import { describe, expect, test } from 'vitest';
import type { ListedLaunch } from '../../src/enforcer/launch.ts';
import { idOf, launchedAt, listed, name, source } from '../support/launches.ts';
import { settle } from '../support/settle.ts';

const [one, two] = [idOf(1), idOf(2)];
const HOUR = 60 * 60_000;

describe('An instance that EC2 does not show yet', () => {
  test('is asked for again until EC2 shows it', async () => {
    const { fates, killed, took } = await settle(listed(one), [
      { instanceId: one, hiddenUntil: launchedAt + 8_000 },
    ]);

    expect(fates).toEqual({ [one]: 'terminated no-name-tag' });
    expect(killed).toEqual([one]);
    expect(took).toBeGreaterThan(8_000);
  });

  test('never holds up the others', async () => {
    const { fates, took } = await settle(listed(one, two), [
      { instanceId: one, hiddenUntil: Infinity },
      { instanceId: two, tagChanges: [{ at: launchedAt + 150, tags: [name('late')] }] },
    ]);

    expect(fates).toEqual({ [one]: 'failed not-visible', [two]: 'terminated no-name-tag' });
    expect(took).toBeGreaterThan(20_000);
  });

  test('is waited for with longer and longer waits, and not beyond the time there is', async () => {
    const { fates, calls, took } = await settle(listed(one), [], { time: 20_000 });

    expect(fates).toEqual({ [one]: 'failed not-visible' });
    expect(took).toBeLessThanOrEqual(20_000);
    expect(calls.describe).toBeGreaterThan(6);
    expect(calls.describe).toBeLessThan(14);
  });

  test('is given time after the others were terminated', async () => {
    const { took } = await settle(listed(one, two), [
      { instanceId: one },
      { instanceId: two, hiddenUntil: launchedAt + 60 },
    ]);

    // Read and terminated, a wait of 100 ms or more, read and terminated.
    expect(took).toBeGreaterThanOrEqual(300);
  });

  test('is asked for alone', async () => {
    const { calls } = await settle(
      listed(one, two),
      [{ instanceId: one }, { instanceId: two, hiddenUntil: launchedAt + 100 }],
      { limits: { describe: 1, terminate: 10 } },
    );

    expect(calls).toEqual({ describe: 3, find: 0, terminate: 2 });
  });

  test('has failed as not visible still, when the last call did not come back in time', async () => {
    const { fates } = await settle(listed(one), [], {
      faults: [{ operation: 'describe', call: 3, kind: 'hangs' }],
    });

    expect(fates).toEqual({ [one]: 'failed not-visible' });
  });
});

describe('Missing is gone', () => {
  const unknownTime: ListedLaunch = { ...listed(one), source: { ...source, launchedAt: undefined } };

  test('when the launch is more than an hour old, since EC2 forgets terminated instances then', async () => {
    const { fates, took } = await settle(listed(one), [], { delay: HOUR });

    expect(fates).toEqual({ [one]: 'already-gone not-found' });
    expect(took).toBe(50);
  });

  test('not when it is just an hour old', async () => {
    const { fates } = await settle(listed(one), [], { delay: HOUR - 20_000, time: 20_000 });

    expect(fates).toEqual({ [one]: 'failed not-visible' });
  });

  test('not at the very hour, but right after it', async () => {
    const { fates, calls } = await settle(listed(one), [], { delay: HOUR - 50 });

    expect(fates).toEqual({ [one]: 'already-gone not-found' });
    expect(calls.describe).toBe(2);
  });

  test('not when nobody knows how old it is', async () => {
    const { fates } = await settle(unknownTime, [], { delay: 100 * HOUR });

    expect(fates).toEqual({ [one]: 'failed not-visible' });
  });

  test('but an old instance that EC2 still shows lives or dies by its tags', async () => {
    const { fates, killed } = await settle(
      listed(one, two),
      [{ instanceId: one }, { instanceId: two, tags: [name('web-2')] }],
      { delay: 100 * HOUR },
    );

    expect(fates).toEqual({ [one]: 'terminated no-name-tag', [two]: 'spared named' });
    expect(killed).toEqual([one]);
  });
});

describe('An instance that TerminateInstances does not find is read again before that is believed', () => {
  test('and terminated as soon as it is found', async () => {
    const { fates, killed } = await settle(listed(one), [
      { instanceId: one, unknownUntil: launchedAt + 5_000 },
    ]);

    expect(fates).toEqual({ [one]: 'terminated no-name-tag' });
    expect(killed).toEqual([one]);
  });

  test('and spared by a name that it got meanwhile', async () => {
    const tagChanges = [{ at: launchedAt + 200, tags: [name('web-1')] }];

    const { fates } = await settle(listed(one), [{ instanceId: one, unknownUntil: Infinity, tagChanges }]);

    expect(fates).toEqual({ [one]: 'spared named' });
  });

  test('and has failed as not visible when it is never found', async () => {
    const { fates } = await settle(listed(one), [{ instanceId: one, unknownUntil: Infinity }]);

    expect(fates).toEqual({ [one]: 'failed not-visible' });
  });

  test('and is gone when it is missing by then, of a launch long ago', async () => {
    const { fates } = await settle(listed(one), [{ instanceId: one, unknownUntil: Infinity }], {
      delay: 2 * HOUR,
      faults: [{ operation: 'describe', call: 2, kind: 'lacks-one' }],
    });

    expect(fates).toEqual({ [one]: 'already-gone not-found' });
  });
});

describe('An instance that cannot be read', () => {
  test('has failed as unreadable, alone', async () => {
    const { fates, calls } = await settle(listed(one, two), [
      { instanceId: one, unreadable: 'whole' },
      { instanceId: two },
    ]);

    expect(fates).toEqual({
      [one]: 'failed unreadable (a state that nobody knows)',
      [two]: 'terminated no-name-tag',
    });
    expect(calls.describe).toBe(1);
  });

  test('may be any that seems to be missing, when it does not tell which one it is', async () => {
    const { fates } = await settle(
      listed(one, two),
      [{ instanceId: one, unreadable: 'without-id' }, { instanceId: two }],
      { delay: 2 * HOUR },
    );

    expect(fates).toEqual({
      [one]: 'failed unreadable (a state that nobody knows)',
      [two]: 'terminated no-name-tag',
    });
  });
});

describe('Who asks for a number of rounds', () => {
  test.each([1, 3])('(%d) waits for no more', async (maxRounds) => {
    const { fates, calls, took } = await settle(listed(one), [], { maxRounds });

    expect(fates).toEqual({ [one]: 'failed not-visible' });
    expect(calls.describe).toBe(maxRounds);
    expect(took).toBeLessThanOrEqual(50 * maxRounds + 400 * (maxRounds - 1));
  });
});
