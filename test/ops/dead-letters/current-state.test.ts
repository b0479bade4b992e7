import { describe, expect, test } from 'vitest';
import type { InstanceFleet, LiveInstance } from '../../../src/enforcer/fleet.ts';
import type { DeadLetter } from '../../../src/ops/dead-letters/letter.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import type { Reach } from '../../../src/ops/reach.ts';
import { isSettled, readCurrentState } from '../../../src/ops/dead-letters/current-state.ts';
import {
  failureRecord,
  owner,
  ownMessage,
  queueMessage,
  secondLookRecord,
  startOf,
} from '../../support/dead-letter-messages.ts';
import { deadLetter, reachOf } from '../../support/dead-letter.ts';
import { launchedItem, launchEvent } from '../../support/launch-events.ts';

const id = 'i-0123456789abcdef0';
const none: ReadonlySet<string> = new Set();

function live(parts: Partial<LiveInstance> = {}): LiveInstance {
  return {
    instanceId: id,
    state: 'running',
    tags: [],
    reservationId: 'r-0a1b2c3d4e5f60718',
    clientToken: undefined,
    isManaged: false,
    spotRequestId: undefined,
    firstLaunchedAt: undefined,
    ...parts,
  };
}

async function never(): Promise<never> {
  throw new Error('Nothing is ever terminated or named here.');
}

/** A fleet that shows these, and more than it is asked for. */
function fleetOf(...instances: readonly LiveInstance[]): InstanceFleet {
  const answer = async () => ({ kind: 'described', instances, unreadable: [] }) as const;
  return {
    limits: { describe: 200, terminate: 1000 },
    describe: answer,
    find: answer,
    findDown: answer,
    terminate: never,
    name: never,
  };
}

/** A stack that is no hub, whose instances are these. */
const looking = (fleet: InstanceFleet) => reachOf('no hub', async () => fleet);

function letterOf(event: unknown): DeadLetter {
  return letterFrom(failureRecord(event));
}

function letterFrom(body: unknown): DeadLetter {
  const letter = readLetter(queueMessage(body), owner);
  if (letter.kind === 'foreign') throw new Error(letter.because);
  return letter;
}

async function stateOf(event: unknown, fleet: InstanceFleet, exempt = none) {
  const letter = letterOf(event);
  const states = await readCurrentState([letter], { reach: looking(fleet), exemptTagKeys: exempt });
  const state = states.get(letter.messageId);
  if (state === undefined) throw new Error('Expected the current state of every letter.');
  return state;
}

describe('a launch is settled', () => {
  test.each([
    ['when its instance has a name', live({ tags: [{ key: 'Name', value: 'web' }] })],
    ['when its instance is terminated', live({ state: 'terminated' })],
    ['when its instance is on its way down', live({ state: 'shutting-down' })],
  ])('%s', async (_, instance) => {
    expect(isSettled(await stateOf(launchEvent(), fleetOf(instance)))).toBe(true);
  });

  test('when its instance is exempt by the settings of the stack', async () => {
    const fleet = fleetOf(live({ tags: [{ key: 'team', value: '' }] }));

    expect(isSettled(await stateOf(launchEvent(), fleet, new Set(['team'])))).toBe(true);
    expect(isSettled(await stateOf(launchEvent(), fleet))).toBe(false);
  });

  test('when EC2 no longer shows its instance an hour after the launch', async () => {
    const old = launchEvent({ detail: { eventTime: '2026-01-01T00:00:00Z' } });

    expect(isSettled(await stateOf(old, fleetOf()))).toBe(true);
  });
});

describe('a launch is not settled', () => {
  test.each([
    ['while its instance has no name', live()],
    ['while its instance has an empty name', live({ tags: [{ key: 'Name', value: '' }] })],
    ['while its nameless instance is stopped', live({ state: 'stopped' })],
  ])('%s', async (_, instance) => {
    expect(isSettled(await stateOf(launchEvent(), fleetOf(instance)))).toBe(false);
  });

  test('when EC2 does not show its instance yet', async () => {
    expect(await stateOf(launchEvent(), fleetOf())).toEqual({
      instances: [{ instanceId: id, kind: 'not-shown', settled: false }],
      complete: true,
    });
  });

  test('when EC2 cannot be asked, and then says why', async () => {
    const fleet = {
      ...fleetOf(),
      describe: async () => ({ kind: 'call-failed', transient: false, detail: 'denied' }) as const,
    };

    expect(await stateOf(launchEvent(), fleet)).toEqual({
      instances: [{ instanceId: id, kind: 'unknown', settled: false, detail: 'denied' }],
      complete: true,
    });
  });

  test('when one of several instances is not', async () => {
    const other = 'i-0123456789abcdef1';
    const event = launchEvent({ instances: [launchedItem(id), launchedItem(other)] });
    const fleet = fleetOf(live({ state: 'terminated' }), live({ instanceId: other }));

    expect(isSettled(await stateOf(event, fleet))).toBe(false);
  });

  test('when the event lists no instances, though all that are found are named', async () => {
    const event = launchEvent({ instances: [] });
    const named = live({ tags: [{ key: 'Name', value: 'web' }] });
    const other = live({ instanceId: 'i-0123456789abcdef9', reservationId: 'r-other' });

    const state = await stateOf(event, fleetOf(named, other));

    expect(state.instances.map(({ instanceId }) => instanceId)).toEqual([id]);
    expect(isSettled(state)).toBe(false);
  });

  test.each([
    ['account', { account: '999988887777' }],
    ['region', { region: 'us-east-1' }],
  ])('of another %s, which EC2 is not asked for, however long ago it was', async (_, elsewhere) => {
    const event = { ...launchEvent({ detail: { eventTime: '2026-01-01T00:00:00Z' } }), ...elsewhere };
    let asked = 0;
    const fleet: InstanceFleet = {
      ...fleetOf(),
      async describe() {
        asked += 1;
        return { kind: 'described', instances: [], unreadable: [] };
      },
    };

    expect(await stateOf(event, fleet)).toEqual({
      instances: [{ instanceId: id, kind: 'elsewhere', settled: false, foreign: true }],
      complete: true,
    });
    expect(asked).toBe(0);
  });

  test('when there is no event', async () => {
    expect(isSettled(await stateOf(undefined, fleetOf()))).toBe(false);
  });
});

describe('a message of the second look', () => {
  const old = new Date('2026-01-01T00:00:00Z').getTime();

  test.each([
    ['a start', startOf()],
    ['instances', ownMessage('2026-03-01T11:00:00Z', id)],
  ])('is settled as a launch is: %s', async (_, payload) => {
    const stateNow = async (instance: LiveInstance) => stateOfLetter(secondLookRecord(payload), instance);

    expect(isSettled(await stateNow(live({ tags: [{ key: 'Name', value: 'web' }] })))).toBe(true);
    expect(isSettled(await stateNow(live({ firstLaunchedAt: Date.parse('2026-03-01T10:15:00Z') })))).toBe(
      false,
    );
  });

  test('is settled when it is the start of an instance that was launched long before', async () => {
    const state = await stateOfLetter(secondLookRecord(startOf()), live({ firstLaunchedAt: old }));

    expect(isSettled(state)).toBe(true);
  });

  test('is not settled by its start when another letter names its launch', async () => {
    const start = letterFrom(secondLookRecord(startOf()));
    const launch = { ...letterOf(launchEvent()), messageId: 'launch' };
    const fleet = fleetOf(live({ firstLaunchedAt: old }));

    for (const letters of [
      [start, launch],
      [launch, start],
    ]) {
      const states = await readCurrentState(letters, { reach: looking(fleet), exemptTagKeys: none });
      expect([...states.values()].map(isSettled)).toEqual([false, false]);
    }
  });

  test('of another account is not looked at', async () => {
    const elsewhere = secondLookRecord(startOf({ account: '999988887777' }));

    expect(await stateOfLetter(elsewhere, live())).toEqual({
      instances: [{ instanceId: id, kind: 'elsewhere', settled: false, foreign: true }],
      complete: true,
    });
  });
});

async function stateOfLetter(body: unknown, instance: LiveInstance) {
  const letter = letterFrom(body);
  const states = await readCurrentState([letter], { reach: looking(fleetOf(instance)), exemptTagKeys: none });
  return states.get(letter.messageId) ?? { instances: [], complete: false };
}

test('asks for the instances of many launches in few calls, of what EC2 takes at most', async () => {
  const sizes: number[] = [];
  const fleet: InstanceFleet = {
    ...fleetOf(),
    async describe(ids) {
      sizes.push(ids.length);
      const instances = ids.map((instanceId) => live({ instanceId }));
      return { kind: 'described', instances, unreadable: [] };
    },
  };
  const letters = Array.from({ length: 450 }, (_, number) => {
    const instanceId = `i-${number.toString(16).padStart(17, '0')}`;
    return { ...letterOf(launchEvent({ instances: [launchedItem(instanceId)] })), messageId: instanceId };
  });

  const states = await readCurrentState(letters, { reach: looking(fleet), exemptTagKeys: none });

  expect(sizes).toEqual([200, 200, 50]);
  expect(states.size).toBe(450);
});

/** The letter of a launch in an account, with the account as its message id. */
const letterIn = (account: string, parts: { readonly region?: string; readonly body?: unknown } = {}) =>
  deadLetter({ id: account, account, ...parts });
const statesAt = async (letters: readonly DeadLetter[], fleetIn?: Reach['fleetIn']) =>
  readCurrentState(letters, { reach: reachOf('hub', fleetIn), exemptTagKeys: none });

async function failByDefect(): Promise<never> {
  throw new TypeError('undefined is not a function');
}

describe('at a hub', () => {
  const [one, other, silent] = ['444455556666', '777788889999', '999988887777'];
  test('the instances of members are looked at, each in its account and region', async () => {
    const asked: string[] = [];
    const letters = [letterIn(one), letterIn(other, { region: 'us-east-1' })];

    const states = await statesAt(letters, async ({ account, region }) => {
      asked.push(`${account} ${region}`);
      return fleetOf(live(account === one ? { tags: [{ key: 'Name', value: 'web' }] } : {}));
    });

    expect(asked).toEqual([`${one} eu-west-1`, `${other} us-east-1`]);
    expect([...states].map(([account, state]) => [account, isSettled(state)])).toEqual([
      [one, true],
      [other, false],
    ]);
  });

  test('letters of one account and region are looked at together', async () => {
    let opened = 0;
    await statesAt([letterIn(one), { ...letterIn(one), messageId: 'second' }], async () => {
      opened += 1;
      return fleetOf(live());
    });

    expect(opened).toBe(1);
  });

  test('what is in a member that cannot be looked into is never counted as settled', async () => {
    const old = { ...launchEvent({ detail: { eventTime: '2026-01-01T00:00:00Z' } }), account: one };
    const states = await statesAt([letterIn(one, { body: failureRecord(old) })]);

    expect(states.get(one)).toEqual({
      instances: [{ instanceId: id, kind: 'elsewhere', settled: false, foreign: false }],
      complete: true,
    });
  });

  test('of a member that refuses is told in its own words, and the others are shown all the same', async () => {
    const refusal = Object.assign(new Error('not authorized to perform: sts:AssumeRole'), {
      name: 'AccessDenied',
    });
    const states = await statesAt([letterIn(one), letterIn(other), letterIn(silent)], async ({ account }) => {
      if (account === one) throw refusal;
      const detail = 'AccessDenied: not authorized';
      const refuse = async () => ({ kind: 'call-failed', transient: false, detail }) as const;
      return account === other ? { ...fleetOf(), describe: refuse } : fleetOf(live());
    });

    expect([...states.values()].flatMap(({ instances }) => instances)).toMatchObject([
      { kind: 'unknown', settled: false, detail: 'AccessDenied: not authorized to perform: sts:AssumeRole' },
      { kind: 'unknown', settled: false, detail: 'AccessDenied: not authorized' },
      { kind: 'shown' },
    ]);
  });

  test('a defect of this tool is none of a member', async () => {
    await expect(statesAt([letterIn(one)], failByDefect)).rejects.toThrow('undefined is not a function');
  });

  test('a launch that does not tell its account is foreign, and nobody is asked', async () => {
    const event = launchEvent({ detail: { recipientAccountId: undefined } });
    const body = failureRecord({ ...event, account: undefined });
    const letter = deadLetter({ id: 'nowhere', body });
    let asked = 0;

    const states = await statesAt([letter], async () => {
      asked += 1;
      return fleetOf(live({ state: 'terminated' }));
    });

    expect(states.get('nowhere')?.instances).toEqual([
      { instanceId: id, kind: 'elsewhere', settled: false, foreign: true },
    ]);
    expect(asked).toBe(0);
  });
});
