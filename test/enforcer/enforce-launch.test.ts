import { describe, expect, test } from 'vitest';
import { idOf, launchedAt, listed, name, unlisted } from '../support/launches.ts';
import { settle } from '../support/settle.ts';

const team = { key: 'team', value: 'blue' };
const [one, two, three] = [idOf(1), idOf(2), idOf(3)];

describe('Trust the event to spare', () => {
  test('a name in the launch tags spares without a call, whatever the live tags are', async () => {
    const launch = listed({ instanceId: one, launchTags: [name('web-1')] });

    const { fates, killed, calls } = await settle(launch, [{ instanceId: one }]);

    expect(fates).toEqual({ [one]: 'spared named-at-launch' });
    expect(killed).toEqual([]);
    expect(calls).toEqual({ describe: 0, find: 0, terminate: 0 });
  });

  test('so does an exempt key', async () => {
    const launch = listed({ instanceId: one, launchTags: [team] });

    const { fates, calls } = await settle(launch, [{ instanceId: one }], { exempt: ['team'] });

    expect(fates).toEqual({ [one]: 'spared exempt-at-launch' });
    expect(calls.describe).toBe(0);
  });

  test('and the nameless of the same launch are settled', async () => {
    const launch = listed(two, { instanceId: one, launchTags: [name('web-1')] });

    const { settlement, fates, killed } = await settle(launch, [{ instanceId: one }, { instanceId: two }]);

    expect(settlement.kind).toBe('settled');
    expect(fates).toEqual({ [one]: 'spared named-at-launch', [two]: 'terminated no-name-tag' });
    expect(killed).toEqual([two]);
  });
});

describe('Never to kill: the live tags are read first', () => {
  test('a name that was set since the launch spares', async () => {
    const { fates, killed, calls } = await settle(listed(one), [{ instanceId: one, tags: [name(' ')] }]);

    expect(fates).toEqual({ [one]: 'spared named' });
    expect(killed).toEqual([]);
    expect(calls.terminate).toBe(0);
  });

  test('an exempt key that was set since the launch spares', async () => {
    const { fates } = await settle(listed(one), [{ instanceId: one, tags: [team] }], { exempt: ['team'] });

    expect(fates).toEqual({ [one]: 'spared exempt' });
  });

  test('no name, or an empty one, dooms', async () => {
    const { fates, killed } = await settle(listed(one, two), [
      { instanceId: one, tags: [team] },
      { instanceId: two, tags: [name('')] },
    ]);

    expect(fates).toEqual({ [one]: 'terminated no-name-tag', [two]: 'terminated empty-name-tag' });
    expect(killed).toEqual([one, two]);
  });

  test('an empty name in the launch tags does not spare', async () => {
    const launch = listed({ instanceId: one, launchTags: [name('')] });

    expect((await settle(launch, [{ instanceId: one }])).killed).toEqual([one]);
  });

  test('an instance that a service provider manages is spared, named or not, and its neighbours are not', async () => {
    const { fates, killed } = await settle(listed(one, two), [
      { instanceId: one, managed: true },
      { instanceId: two },
    ]);

    expect(fates).toEqual({ [one]: 'spared managed', [two]: 'terminated no-name-tag' });
    expect(killed).toEqual([two]);
  });

  test('tags that cannot be read doom nobody', async () => {
    const { fates, killed, calls } = await settle(listed(one), [{ instanceId: one }], {
      faults: [{ operation: 'describe', call: 1, kind: 'fails-for-good' }],
    });

    expect(fates).toEqual({ [one]: 'failed unreadable (AuthFailure: in-memory EC2)' });
    expect(killed).toEqual([]);
    expect(calls.describe).toBe(1);
  });
});

describe('Nothing is touched that the event did not name', () => {
  test.each(['describe', 'terminate'] as const)(
    'when the answer to %s shows instances that nobody asked for',
    async (operation) => {
      const strays = [{ instanceId: idOf(8) }, { instanceId: idOf(9) }];

      const { fates, killed } = await settle(listed(one), [...strays, { instanceId: one }], {
        faults: [{ operation, call: 1, kind: 'adds-strays' }],
      });

      expect(fates).toEqual({ [one]: 'terminated no-name-tag' });
      expect(killed).toEqual([one]);
    },
  );
});

describe('In report mode', () => {
  test('all is done but the kill', async () => {
    const { fates, killed, calls } = await settle(
      listed(one, two, three),
      [
        { instanceId: one },
        { instanceId: two, tags: [name('')] },
        { instanceId: three, tags: [name('web-1')] },
      ],
      { mode: 'report' },
    );

    expect(fates).toEqual({
      [one]: 'would-terminate no-name-tag',
      [two]: 'would-terminate empty-name-tag',
      [three]: 'spared named',
    });
    expect(killed).toEqual([]);
    expect(calls.terminate).toBe(0);
  });
});

describe('A launch that the event does not list', () => {
  const reservationId = 'r-0aaaaaaaaaaaaaaa1';

  test('is spared whole by a name in the request, without a call', async () => {
    const { settlement, calls } = await settle(unlisted({ launchTags: [name('web')] }), [
      { instanceId: one, reservationId },
    ]);

    expect(settlement).toEqual({ kind: 'spared-whole', reason: 'named-at-launch', outcomes: [] });
    expect(calls).toEqual({ describe: 0, find: 0, terminate: 0 });
  });

  test('is spared whole by an exempt key in the request', async () => {
    const { settlement } = await settle(unlisted({ launchTags: [team] }), [], { exempt: ['team'] });

    expect(settlement).toEqual({ kind: 'spared-whole', reason: 'exempt-at-launch', outcomes: [] });
  });

  test('is found, and settled by the live tags', async () => {
    const launch = unlisted({ count: { atLeast: 2, atMost: 2 } });

    const { settlement, fates, killed } = await settle(launch, [
      { instanceId: one, reservationId },
      { instanceId: two, reservationId, tags: [name('web-2')] },
      { instanceId: three, reservationId: 'r-0bbbbbbbbbbbbbbb2' },
    ]);

    expect(settlement.kind).toBe('settled');
    expect(fates).toEqual({ [one]: 'terminated no-name-tag', [two]: 'spared named' });
    expect(killed).toEqual([one]);
  });

  test('of which instances are missing settles those that were found, and stays incomplete', async () => {
    const launch = unlisted({ count: { atLeast: 2, atMost: 2 } });

    const { settlement, killed } = await settle(launch, [{ instanceId: one, reservationId }]);

    expect(settlement).toEqual({
      kind: 'incomplete',
      incomplete: { reason: 'not-found', expected: 2, found: 1 },
      outcomes: [{ instanceId: one, outcome: 'terminated', reason: 'no-name-tag' }],
    });
    expect(killed).toEqual([one]);
  });

  test('that was found, but could not be read in time, is deferred', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 1 } });

    const { fates } = await settle(launch, [{ instanceId: one, reservationId }], {
      faults: [{ operation: 'describe', call: 1, kind: 'hangs' }],
    });

    expect(fates).toEqual({ [one]: 'deferred out-of-time' });
  });

  test('of which nothing is known is incomplete', async () => {
    const { settlement } = await settle(unlisted({ reference: undefined }), [{ instanceId: one }]);

    expect(settlement).toEqual({
      kind: 'incomplete',
      incomplete: { reason: 'no-reference', expected: 1, found: 0 },
      outcomes: [],
    });
  });
});

test('Running the same launch again is safe: what is down already is gone', async () => {
  const gone = [
    { instanceId: one, terminatedAt: launchedAt - 1_000 },
    { instanceId: two, terminatedAt: launchedAt - 60_000, tags: [name('web-2')] },
  ];

  const { fates, calls } = await settle(listed(one, two), gone);

  expect(fates).toEqual({ [one]: 'already-gone shutting-down', [two]: 'already-gone terminated' });
  expect(calls.terminate).toBe(0);
});

describe('A launch of another account or region', () => {
  const home = { account: '111122223333', region: 'eu-central-1' } as const;
  const launch = listed(one);
  const instances = [{ instanceId: one }];

  test.each([
    ['account', { account: '999988887777' }],
    ['region', { region: 'us-east-1' }],
  ])('(%s) is foreign, and EC2 is not asked', async (_, elsewhere) => {
    const foreign = { ...launch, source: { ...launch.source, ...elsewhere } };

    const { settlement, calls } = await settle(foreign, instances, { home });

    expect(settlement).toEqual({ kind: 'foreign', home, outcomes: [] });
    expect(calls).toEqual({ describe: 0, find: 0, terminate: 0 });
  });

  test('is none when it is of the own account and region, or tells neither', async () => {
    const unknown = { ...launch, source: { ...launch.source, account: undefined, region: undefined } };

    expect((await settle(launch, instances, { home })).killed).toEqual([one]);
    expect((await settle(unknown, instances, { home })).killed).toEqual([one]);
  });

  test.each(['account', 'region'] as const)(
    'cannot be told without its %s: then an instance that EC2 does not show is never called gone',
    async (unknown) => {
      const source = { ...launch.source, [unknown]: undefined };

      const { fates } = await settle({ ...launch, source }, [], { home, delay: 100 * 60 * 60_000 });

      expect(fates).toEqual({ [one]: 'failed not-visible' });
    },
  );
});

test('A launch of no instance that is open takes no call', async () => {
  expect((await settle({ ...listed(one), instances: [] }, [])).calls).toEqual({
    describe: 0,
    find: 0,
    terminate: 0,
  });
});
