import { describe, expect, test } from 'vitest';
import { terminate } from '../../src/enforcer/terminate.ts';
import type { InstanceTermination } from '../../src/enforcer/terminate.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import type { FleetOptions } from '../support/in-memory-fleet.ts';
import type { NewInstance } from '../support/in-memory-instance.ts';
import { idOf, idsUpTo, launchedAt, name } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Terminates these instances, all of them, and says what came of each and at what cost. */
async function terminateAll(
  instances: readonly NewInstance[],
  {
    knownProtected = new Map<string, string>(),
    ...options
  }: Partial<FleetOptions> & {
    readonly knownProtected?: Map<string, string>;
  } = {},
): Promise<{ kills: Record<string, InstanceTermination>; killed: string[]; calls: number; took: number }> {
  const clock = new VirtualClock();
  const fleet = new InMemoryFleet({ clock, instances, ...options });
  const pairs = await clock.run(
    terminate(instances, { fleet, deadline: launchedAt + 10_000, knownProtected }),
  );
  expect(pairs.map(([{ instanceId }]) => instanceId).toSorted()).toEqual(
    instances.map(({ instanceId }) => instanceId),
  );
  return {
    kills: Object.fromEntries(pairs.map(([{ instanceId }, kill]) => [instanceId, kill])),
    killed: fleet.kills.map(({ instanceId }) => instanceId).toSorted(),
    calls: fleet.calls.terminate,
    took: clock.now() - launchedAt,
  };
}

/** So many nameless instances, of which the given ones differ. */
function nameless(count: number, differing: Record<number, Partial<NewInstance>> = {}): NewInstance[] {
  return idsUpTo(count).map((instanceId, index) => Object.assign({ instanceId }, differing[index + 1]));
}

test('All are terminated in one call, where EC2 lets it', async () => {
  const { kills, killed, calls } = await terminateAll(nameless(1000));

  expect(new Set(Object.values(kills).map(({ kind }) => kind))).toEqual(new Set(['terminated']));
  expect(killed).toEqual(idsUpTo(1000));
  expect(calls).toBe(1);
});

test('More than one call takes are terminated in several', async () => {
  const { killed, calls } = await terminateAll(nameless(5), { limits: { describe: 2, terminate: 2 } });

  expect(killed).toEqual(idsUpTo(5));
  expect(calls).toBe(3);
});

test('Nothing to terminate is no call', async () => {
  expect((await terminateAll([])).calls).toBe(0);
});

describe('One instance for which EC2 refuses the call never shields the rest', () => {
  test.each<[string, Partial<NewInstance>, InstanceTermination]>([
    [
      'protected',
      { protected: true },
      { kind: 'failed', reason: 'protected', detail: 'in-memory EC2 refused: protected' },
    ],
    [
      'not to be terminated on request',
      { unsupported: true },
      { kind: 'failed', reason: 'refused', detail: 'in-memory EC2 refused: unsupported' },
    ],
    [
      'denied by the role',
      { tags: [name('web-1')] },
      { kind: 'denied', detail: 'in-memory EC2 refused: denied' },
    ],
    ['unknown', { unknownUntil: Infinity }, { kind: 'not-found' }],
  ])('%s', async (_, differing, kill) => {
    const { kills, killed, calls } = await terminateAll(nameless(64, { 23: differing }));

    expect(kills[idOf(23)]).toEqual(kill);
    expect(killed).toEqual(idsUpTo(64).filter((id) => id !== idOf(23)));
    // Once, in quarters, and twice the times that 16 can be halved.
    expect(calls).toBe(13);
  });

  test('not even when there are several of each kind', async () => {
    const { kills, killed } = await terminateAll(
      nameless(9, { 1: { protected: true }, 4: { unknownUntil: Infinity }, 9: { tags: [name('web-1')] } }),
    );

    expect(killed).toEqual([2, 3, 5, 6, 7, 8].map(idOf));
    expect(kills).toMatchObject({
      [idOf(1)]: { reason: 'protected' },
      [idOf(4)]: { kind: 'not-found' },
      [idOf(9)]: { kind: 'denied' },
    });
  });

  test('and what was terminated in the other zones before the refusal counts as terminated', async () => {
    const { kills } = await terminateAll(nameless(2, { 1: { protected: true }, 2: { zone: 'b' } }));

    expect(kills).toMatchObject({ [idOf(1)]: { reason: 'protected' }, [idOf(2)]: { kind: 'terminated' } });
  });

  test('four calls at a time', async () => {
    const { calls, took } = await terminateAll(
      nameless(8, Object.fromEntries(idsUpTo(8).map((_, index) => [index + 1, { protected: true }]))),
      { callTime: 100 },
    );

    // All, four quarters side by side, and the two of each one after the other.
    expect(calls).toBe(13);
    expect(took).toBe(400);
  });
});

describe('A call that fails for another cause is not divided', () => {
  test('and its instances are not terminated, in the words of EC2', async () => {
    const { kills, calls } = await terminateAll(nameless(4), {
      faults: [{ operation: 'terminate', call: 1, kind: 'fails' }],
    });

    const detail = 'RequestLimitExceeded: in-memory EC2';
    for (const kill of Object.values(kills)) {
      expect(kill).toEqual({ kind: 'unanswered', detail });
    }
    expect(calls).toBe(1);
  });

  test('nor is one that the deadline ends', async () => {
    const { kills, calls } = await terminateAll(nameless(2), {
      faults: [{ operation: 'terminate', call: 1, kind: 'hangs' }],
    });

    expect(Object.values(kills)).toEqual([{ kind: 'out-of-time' }, { kind: 'out-of-time' }]);
    expect(calls).toBe(1);
  });
});

test('An instance that the answer of EC2 does not list is not terminated, though EC2 took the call', async () => {
  const { kills } = await terminateAll(nameless(2), {
    faults: [{ operation: 'terminate', call: 1, kind: 'lacks-one' }],
  });

  expect(kills).toEqual({
    [idOf(1)]: {
      kind: 'failed',
      reason: 'not-terminated',
      detail: 'EC2 took the call, but its answer does not list the instance',
    },
    [idOf(2)]: { kind: 'terminated' },
  });
});

describe('Many that are protected', () => {
  const everyOther = nameless(
    1000,
    Object.fromEntries(Array.from({ length: 500 }, (_, index) => [2 * index + 1, { protected: true }])),
  );

  test('leave some dead whenever the time is up', async () => {
    const { killed, calls } = await terminateAll(everyOther, { callTime: 100 });

    // Ten seconds of four calls at a time.
    expect(calls).toBeLessThan(405);
    expect(killed.length).toBeGreaterThan(90);
  });

  test('are remembered, so that each try goes on where the last one ended', async () => {
    const clock = new VirtualClock();
    const fleet = new InMemoryFleet({ clock, instances: everyOther, callTime: 100 });
    const knownProtected = new Map<string, string>();

    const dead: number[] = [];
    for (let left = everyOther, attempt = 1; attempt <= 6; attempt++) {
      await clock.run(terminate(left, { fleet, deadline: clock.now() + 10_000, knownProtected }));
      left = left.filter(({ instanceId }) => !fleet.isDead(instanceId));
      dead.push(fleet.kills.length);
    }

    expect(dead[2]).toBeGreaterThan(270);
    expect(dead.at(-1)).toBe(500);
  });

  test('are told as protected when the time is up before they are asked for again', async () => {
    const knownProtected = new Map([[idOf(2), 'protected before']]);

    const { kills } = await terminateAll(nameless(2), {
      knownProtected,
      faults: [{ operation: 'terminate', call: 1, kind: 'hangs' }],
    });

    expect(kills).toEqual({
      [idOf(1)]: { kind: 'out-of-time' },
      [idOf(2)]: { kind: 'failed', reason: 'protected', detail: 'protected before' },
    });
  });

  test('are asked for again four at a time, and one that is down by then is not counted', async () => {
    const knownProtected = new Map(idsUpTo(8).map((id) => [id, 'protected before']));

    const { kills, took } = await terminateAll(nameless(8, { 1: { terminatedAt: launchedAt } }), {
      knownProtected,
      callTime: 100,
    });

    expect(kills[idOf(1)]).toEqual({ kind: 'down-before' });
    expect(took).toBe(200);
  });

  test('are remembered up to 10,000, the last ones', async () => {
    const knownProtected = new Map(Array.from({ length: 10_000 }, (_, index) => [`old-${index}`, 'before']));

    await terminateAll(nameless(1, { 1: { protected: true } }), { knownProtected });

    expect(knownProtected.size).toBe(10_000);
    expect(knownProtected.has('old-0')).toBe(false);
    expect(knownProtected.has('old-1')).toBe(true);
    expect(knownProtected.has(idOf(1))).toBe(true);
  });

  test('are asked for again after all others, and their protection may be off by then', async () => {
    const knownProtected = new Map([[idOf(1), 'protected before']]);

    const { kills, calls } = await terminateAll(nameless(3), { knownProtected });

    expect(kills[idOf(1)]).toEqual({ kind: 'terminated' });
    expect(calls).toBe(2);
    expect([...knownProtected]).toEqual([]);
  });
});

test('An instance that was on its way down before the call is told apart from one that the call terminated', async () => {
  const { kills } = await terminateAll(nameless(2, { 1: { terminatedAt: launchedAt } }));

  expect(kills).toEqual({ [idOf(1)]: { kind: 'down-before' }, [idOf(2)]: { kind: 'terminated' } });
});

describe('What is down already when a divided call comes to it', () => {
  test('was terminated by that call, when it was refused for a protected instance of another zone', async () => {
    // The call for all is refused for the unknown one, and does nothing; that for the second quarter kills its zone b.
    const { kills, killed } = await terminateAll(
      nameless(16, { 1: { unknownUntil: Infinity }, 5: { protected: true }, 6: { zone: 'b' } }),
    );

    expect(kills[idOf(6)]).toEqual({ kind: 'terminated' });
    expect(killed).toHaveLength(14);
  });

  test('was down before, when the call was refused for another reason', async () => {
    const { kills } = await terminateAll(
      nameless(16, { 1: { unknownUntil: Infinity }, 2: { terminatedAt: launchedAt } }),
    );

    expect(kills[idOf(2)]).toEqual({ kind: 'down-before' });
  });
});
