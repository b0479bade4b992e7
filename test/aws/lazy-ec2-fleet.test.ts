import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLazyEc2Fleet } from '../../src/aws/lazy-ec2-fleet.ts';
import type { InstanceFleet } from '../../src/enforcer/fleet.ts';
import { idOf } from '../support/launches.ts';

const described = { kind: 'described', instances: [] } as const;
const accepted = { kind: 'accepted', instanceIds: new Set([idOf(1)]) } as const;
const reference = { by: 'client-token', value: 'token-1' } as const;

/** What stands for the SDK's fleet, and what it was asked. */
const fleet = {
  limits: { describe: 1, terminate: 1 },
  describe: vi.fn<InstanceFleet['describe']>(async () => described),
  find: vi.fn<InstanceFleet['find']>(async () => described),
  terminate: vi.fn<InstanceFleet['terminate']>(async () => accepted),
} satisfies InstanceFleet;
const createEc2Fleet = vi.fn<(endpointUrl: string | undefined) => InstanceFleet>(() => fleet);
let loads = 0;

beforeEach(() => {
  loads = 0;
  vi.resetModules();
  vi.doMock('../../src/aws/ec2-fleet.ts', () => {
    loads += 1;
    return { createEc2Fleet };
  });
});

afterEach(() => {
  vi.clearAllMocks();
  vi.doUnmock('../../src/aws/ec2-fleet.ts');
});

describe('The AWS SDK is loaded', () => {
  test('at the first call, and not before', async () => {
    const lazy = createLazyEc2Fleet('http://127.0.0.1:4566');

    expect(lazy.limits).toEqual({ describe: 200, terminate: 1000 });
    expect(loads).toBe(0);

    await lazy.describe([idOf(1)], 5);

    expect(loads).toBe(1);
    expect(createEc2Fleet).toHaveBeenCalledExactlyOnceWith('http://127.0.0.1:4566');
  });

  test('once, for calls at the same time and later ones', async () => {
    const lazy = createLazyEc2Fleet(undefined);

    await Promise.all([lazy.describe([idOf(1)], 5), lazy.terminate([idOf(1)], 5)]);
    await lazy.find(reference, 5);

    expect(createEc2Fleet).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  test('again after it could not be, and until then each call fails in words', async () => {
    createEc2Fleet.mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    const lazy = createLazyEc2Fleet(undefined);

    const failed = await lazy.describe([idOf(1)], 5);
    const answered = await lazy.describe([idOf(1)], 5);

    expect(failed).toEqual({ kind: 'call-failed', detail: 'Error: out of memory' });
    expect(answered).toBe(described);
  });

  test('again, once, after several calls at the same time found that it could not be', async () => {
    createEc2Fleet.mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    const lazy = createLazyEc2Fleet(undefined);

    const failed = await Promise.all([lazy.find(reference, 5), lazy.terminate([idOf(1)], 5)]);
    await Promise.all([lazy.find(reference, 5), lazy.terminate([idOf(1)], 5)]);

    expect(failed.map(({ kind }) => kind)).toEqual(['call-failed', 'call-failed']);
    expect(createEc2Fleet).toHaveBeenCalledTimes(2);
  });
});

test('Each call is passed on, with its deadline, and its answer passed back', async () => {
  const lazy = createLazyEc2Fleet(undefined);

  expect(await lazy.describe([idOf(1)], 5)).toBe(described);
  expect(await lazy.find(reference, 6)).toBe(described);
  expect(await lazy.terminate([idOf(2)], 7)).toBe(accepted);

  expect(fleet.describe).toHaveBeenCalledExactlyOnceWith([idOf(1)], 5);
  expect(fleet.find).toHaveBeenCalledExactlyOnceWith(reference, 6);
  expect(fleet.terminate).toHaveBeenCalledExactlyOnceWith([idOf(2)], 7);
});
