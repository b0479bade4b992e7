import { describe, expect, test } from 'vitest';
import { idOf, launchedAt, listed, name } from '../support/launches.ts';
import { settle } from '../support/settle.ts';

const naming = { mode: 'name' } as const;
const given = `ada-${idOf(1).slice(-8)}`;

describe('In mode name', () => {
  test('a nameless instance gets a name, which is read again, and lives', async () => {
    const { fates, namings, killed, calls, settlement } = await settle(
      listed(idOf(1)),
      [{ instanceId: idOf(1) }],
      naming,
    );

    expect(fates).toEqual({ [idOf(1)]: 'named no-name-tag' });
    expect(settlement.outcomes).toMatchObject([{ name: given }]);
    expect(namings).toEqual({ [idOf(1)]: given });
    expect(killed).toEqual([]);
    expect(calls).toEqual({ describe: 2, find: 0, terminate: 0, name: 1 });
  });

  test('an empty name is none, and is filled in', async () => {
    const { fates } = await settle(listed(idOf(1)), [{ instanceId: idOf(1), tags: [name('')] }], naming);

    expect(fates).toEqual({ [idOf(1)]: 'named empty-name-tag' });
  });

  test.each([
    ['named', { tags: [name('web')] }, 'spared named'],
    ['exempt', { tags: [{ key: 'keep', value: '' }] }, 'spared exempt'],
    ['managed', { managed: true }, 'spared managed'],
    ['gone', { terminatedAt: launchedAt }, 'already-gone shutting-down'],
  ])('what is %s stays as it is', async (_, parts, fate) => {
    const { fates, namings } = await settle(listed(idOf(1)), [{ instanceId: idOf(1), ...parts }], {
      ...naming,
      exempt: ['keep'],
    });

    expect(fates).toEqual({ [idOf(1)]: fate });
    expect(namings).toEqual({});
  });

  test('a name that a person gives after the reading wins: the guard denies ours', async () => {
    // Read after 50 ms, named after 100 ms.
    const tagChanges = [{ at: launchedAt + 75, tags: [name('mine')] }];

    const { fates, namings } = await settle(listed(idOf(1)), [{ instanceId: idOf(1), tagChanges }], naming);

    expect(fates).toEqual({ [idOf(1)]: 'spared named' });
    expect(namings).toEqual({});
  });

  test('a name that a person puts in the place of ours wins, and is not told as ours', async () => {
    const tagChanges = [{ at: launchedAt + 120, tags: [name('mine')] }];

    const { fates } = await settle(listed(idOf(1)), [{ instanceId: idOf(1), tagChanges }], naming);

    expect(fates).toEqual({ [idOf(1)]: 'spared named' });
  });

  test('a tag that differs from Name in case alone is for a person', async () => {
    const tags = [{ key: 'name', value: 'web' }];

    const { fates } = await settle(listed(idOf(1)), [{ instanceId: idOf(1), tags }], naming);

    expect(fates).toEqual({ [idOf(1)]: 'failed denied (in-memory EC2 refused: denied)' });
  });

  test('a call whose answer is lost is not made again when the name is there', async () => {
    const faults = [{ operation: 'name', call: 1, kind: 'fails-after' } as const];

    const { fates, calls } = await settle(listed(idOf(1)), [{ instanceId: idOf(1) }], { ...naming, faults });

    expect(fates).toEqual({ [idOf(1)]: 'named no-name-tag' });
    expect(calls.name).toBe(1);
  });

  test('a call that fails is made again, with the same name', async () => {
    const faults = [{ operation: 'name', call: 1, kind: 'fails' } as const];

    const { namings, calls } = await settle(listed(idOf(1)), [{ instanceId: idOf(1) }], {
      ...naming,
      faults,
    });

    expect(namings).toEqual({ [idOf(1)]: given });
    expect(calls.name).toBe(2);
  });

  test('what EC2 fails at until the time is up may be tried again; what it refuses may not', async () => {
    const outages = [{ from: launchedAt + 40, until: Infinity, kind: 'fails' as const }];
    const faults = [{ operation: 'name', call: 1, kind: 'fails-for-good' } as const];
    const instances = [{ instanceId: idOf(1) }];

    const ill = await settle(listed(idOf(1)), instances, { ...naming, outages });
    const refused = await settle(listed(idOf(1)), instances, { ...naming, faults });

    expect(ill.fates).toEqual({ [idOf(1)]: 'failed not-named (RequestLimitExceeded: in-memory EC2)' });
    expect(refused.fates).toEqual({ [idOf(1)]: 'failed not-named (AuthFailure: in-memory EC2)' });
  });

  test('an instance that nobody may tag yet is asked for again', async () => {
    const { fates } = await settle(
      listed(idOf(1)),
      [{ instanceId: idOf(1), unknownUntil: launchedAt + 3_000 }],
      naming,
    );

    expect(fates).toEqual({ [idOf(1)]: 'named no-name-tag' });
  });

  test('each of a thousand gets a name of its own, and none holds up the others', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => idOf(index + 1));

    const { fates, namings } = await settle(
      listed(...ids),
      ids.map((instanceId) => ({ instanceId })),
      naming,
    );

    expect(new Set(Object.values(fates))).toEqual(new Set(['named no-name-tag']));
    expect(new Set(Object.values(namings)).size).toBe(1000);
  });
});
