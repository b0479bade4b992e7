import { describe, expect, test } from 'vitest';
import type { NewInstance } from '../support/in-memory-instance.ts';
import { idOf, launchedAt, listed, name } from '../support/launches.ts';
import { settle } from '../support/settle.ts';

const web = { key: 'aws:autoscaling:groupName', value: 'web' };
const db = { key: 'aws:autoscaling:groupName', value: 'db' };
const minute = 60_000;

/** An instance of a group that was terminated some minutes before, of a launch of its own. */
const ended = (number: number, parts: Partial<NewInstance> = {}): NewInstance => ({
  instanceId: idOf(number),
  tags: [web],
  reservationId: `r-${number}`,
  terminatedAt: launchedAt - 10 * minute,
  ...parts,
});
const launched: NewInstance = { instanceId: idOf(1), tags: [web], reservationId: 'r-own' };

describe('Before the kill of a service launch', () => {
  test('its group is asked for, and below the limit it is killed', async () => {
    const { fates, calls } = await settle(listed(idOf(1)), [launched, ended(11), ended(12)]);

    expect(fates).toEqual({ [idOf(1)]: 'terminated no-name-tag' });
    expect(calls).toEqual({ describe: 1, find: 0, findDown: 1, terminate: 1 });
  });

  test('at the limit it is left alone, and people are told by which command the group names', async () => {
    const { settlement, killed, fates } = await settle(listed(idOf(1)), [
      launched,
      ended(11),
      ended(12),
      ended(13),
    ]);

    expect(killed).toEqual([]);
    expect(fates).toEqual({
      [idOf(1)]:
        'failed relaunched (3 nameless instances of the Auto Scaling group web ended within about an hour)',
    });
    expect(settlement.outcomes).toMatchObject([{ group: { kind: 'auto-scaling-group', name: 'web' } }]);
  });

  test.each<[string, Partial<NewInstance>]>([
    ['of another group', { tags: [db] }],
    ['that had a name', { tags: [web, name('web-1')] }],
    ['that was exempt', { tags: [web, { key: 'keep', value: '' }] }],
    ['that still runs', { terminatedAt: Infinity }],
    ['that ended more than an hour ago', { terminatedAt: launchedAt - 62 * minute }],
    // It was not launched again: it is of the same call.
    ['of the same launch', { reservationId: 'r-own' }],
  ])('one %s does not count', async (_, parts) => {
    const { killed } = await settle(listed(idOf(1)), [launched, ended(11), ended(12), ended(13, parts)], {
      exempt: ['keep'],
    });

    expect(killed).toEqual([idOf(1)]);
  });

  test('one call is enough for all instances of a group', async () => {
    const ids = [1, 2, 3, 4, 5];
    const { killed, calls } = await settle(
      listed(...ids.map(idOf)),
      ids.map((id): NewInstance => Object.assign({}, launched, { instanceId: idOf(id) })),
    );

    expect(killed).toHaveLength(5);
    expect(calls).toMatchObject({ describe: 1, findDown: 1, terminate: 1 });
  });

  test('launches of a group that are judged together are no more than the limit', async () => {
    const ids = [1, 2, 3, 4, 5, 6];

    const { killed, fates } = await settle(
      listed(...ids.map(idOf)),
      ids.map((id) => ({ instanceId: idOf(id), tags: [web], reservationId: `r-${id}` })),
    );

    expect(killed).toEqual([1, 2, 3].map(idOf));
    expect(fates[idOf(6)]).toContain('failed relaunched (3 nameless instances');
  });

  test('Spot requests are asked for together, and each counts for itself', async () => {
    const ids = [1, 2, 3, 4, 5];

    const { killed, calls } = await settle(
      listed(...ids.map(idOf)),
      ids.map((id) => ({ instanceId: idOf(id), spotRequestId: `sir-${id}`, reservationId: 'r-own' })),
    );

    expect(killed).toHaveLength(5);
    expect(calls).toMatchObject({ describe: 1, findDown: 1, terminate: 1 });
  });

  test('a launch by a person takes no call more', async () => {
    const { calls } = await settle(listed(idOf(1)), [{ ...launched, tags: [] }, ended(11)]);

    expect(calls).toEqual({ describe: 1, find: 0, terminate: 1 });
  });

  test('nothing is killed while EC2 does not say what became of the others', async () => {
    const outages = [{ from: launchedAt + 40, until: launchedAt + 60 * minute, kind: 'fails' as const }];

    const { fates, killed } = await settle(listed(idOf(1)), [launched], { outages });

    expect(killed).toEqual([]);
    expect(fates[idOf(1)]).toBe('failed unreadable (RequestLimitExceeded: in-memory EC2)');
  });

  test('it is killed once EC2 says so', async () => {
    const faults = [{ operation: 'findDown', call: 1, kind: 'fails' } as const];

    const { killed, calls } = await settle(listed(idOf(1)), [launched], { faults });

    expect(killed).toEqual([idOf(1)]);
    expect(calls).toMatchObject({ describe: 2, findDown: 2, terminate: 1 });
  });

  test('a call that EC2 refuses for good is told, and nothing is killed', async () => {
    const faults = [{ operation: 'findDown', call: 1, kind: 'fails-for-good' } as const];

    const { fates, killed } = await settle(listed(idOf(1)), [launched], { faults });

    expect(killed).toEqual([]);
    expect(fates[idOf(1)]).toBe('failed unreadable (AuthFailure: in-memory EC2)');
  });

  test('what EC2 shows beside the group does not count', async () => {
    const faults = [{ operation: 'findDown', call: 1, kind: 'adds-strays' } as const];
    const others = [11, 12, 13].map((number) => ended(number, { tags: [db] }));

    const { killed } = await settle(listed(idOf(1)), [launched, ...others], { faults });

    expect(killed).toEqual([idOf(1)]);
  });
});

describe('What services launch', () => {
  test.each([
    [
      'terminate',
      'report',
      { [idOf(1)]: 'would-terminate no-name-tag', [idOf(2)]: 'terminated no-name-tag' },
    ],
    [
      'report',
      'terminate',
      { [idOf(1)]: 'terminated no-name-tag', [idOf(2)]: 'would-terminate no-name-tag' },
    ],
    ['terminate', 'name', { [idOf(1)]: 'named no-name-tag', [idOf(2)]: 'terminated no-name-tag' }],
    ['name', 'terminate', { [idOf(1)]: 'terminated no-name-tag', [idOf(2)]: 'named no-name-tag' }],
  ] as const)('has a mode of its own: people %s, services %s', async (mode, serviceLaunchMode, expected) => {
    const { fates } = await settle(listed(idOf(1), idOf(2)), [launched, { instanceId: idOf(2), tags: [] }], {
      mode,
      serviceLaunchMode,
    });

    expect(fates).toEqual(expected);
  });

  test('a Spot request that launches again is told as a group', async () => {
    const ofRequest = { tags: [], spotRequestId: 'sir-0a1b2c3d' };
    const { fates } = await settle(listed(idOf(1)), [
      { ...launched, ...ofRequest },
      ...[11, 12, 13].map((number) => ended(number, ofRequest)),
    ]);

    expect(fates[idOf(1)]).toBe(
      'failed relaunched (3 nameless instances of the Spot request sir-0a1b2c3d ended within about an hour)',
    );
  });
});
