import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ec2FleetOnDemand, eventBusOnDemand, sqsQueueOnDemand } from '../../src/aws/on-demand.ts';
import type { InstanceFleet } from '../../src/enforcer/fleet.ts';
import type { Queue } from '../../src/enforcer/queue.ts';
import type { EventBus, NoticeContent } from '../../src/notices/notifier.ts';
import { idOf, source } from '../support/launches.ts';

const described = { kind: 'described', instances: [], unreadable: [] } as const;
const accepted = { kind: 'accepted', terminated: new Set([idOf(1)]), downBefore: new Set<string>() } as const;
const reference = { by: 'client-token', value: 'token-1' } as const;

/** What stands for the SDK's fleet, and what it was asked. */
const fleet = {
  limits: { describe: 1, terminate: 1 },
  describe: vi.fn<InstanceFleet['describe']>(async () => described),
  find: vi.fn<InstanceFleet['find']>(async () => described),
  findDown: vi.fn<InstanceFleet['findDown']>(async () => described),
  terminate: vi.fn<InstanceFleet['terminate']>(async () => accepted),
  name: vi.fn<InstanceFleet['name']>(async () => ({ kind: 'accepted' })),
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
    const lazy = ec2FleetOnDemand('http://127.0.0.1:4566');

    expect(lazy.limits).toEqual({ describe: 200, terminate: 1000 });
    expect(loads).toBe(0);

    await lazy.describe([idOf(1)], 5);

    expect(loads).toBe(1);
    expect(createEc2Fleet).toHaveBeenCalledExactlyOnceWith('http://127.0.0.1:4566');
  });

  test('once, for calls at the same time and later ones', async () => {
    const lazy = ec2FleetOnDemand(undefined);

    await Promise.all([lazy.describe([idOf(1)], 5), lazy.terminate([idOf(1)], 5)]);
    await lazy.find(reference, 5);

    expect(createEc2Fleet).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  test('again after it could not be, and until then each call fails in words', async () => {
    createEc2Fleet.mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    const lazy = ec2FleetOnDemand(undefined);

    const failed = await lazy.describe([idOf(1)], 5);
    const answered = await lazy.describe([idOf(1)], 5);

    expect(failed).toEqual({ kind: 'call-failed', transient: true, detail: 'Error: out of memory' });
    expect(answered).toBe(described);
  });

  test('again, once, after several calls at the same time found that it could not be', async () => {
    createEc2Fleet.mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    const lazy = ec2FleetOnDemand(undefined);

    const failed = await Promise.all([lazy.find(reference, 5), lazy.terminate([idOf(1)], 5)]);
    await Promise.all([lazy.find(reference, 5), lazy.terminate([idOf(1)], 5)]);

    expect(failed.map(({ kind }) => kind)).toEqual(['call-failed', 'call-failed']);
    expect(createEc2Fleet).toHaveBeenCalledTimes(2);
  });
});

test('Each call is passed on, with its deadline, and its answer passed back', async () => {
  const lazy = ec2FleetOnDemand(undefined);

  expect(await lazy.describe([idOf(1)], 5)).toBe(described);
  expect(await lazy.find(reference, 6)).toBe(described);
  expect(await lazy.terminate([idOf(2)], 7)).toBe(accepted);

  expect(fleet.describe).toHaveBeenCalledExactlyOnceWith([idOf(1)], 5);
  expect(fleet.find).toHaveBeenCalledExactlyOnceWith(reference, 6);
  expect(fleet.terminate).toHaveBeenCalledExactlyOnceWith([idOf(2)], 7);
});

test('The client of EventBridge is made at the first notice, once, and again after it could not be', async () => {
  const content: NoticeContent = { source, instances: [], at: 0 };
  const put = vi.fn<EventBus['put']>(async () => ({ kind: 'accepted' }));
  const createEventBus = vi.fn<(name: string, stack: string) => EventBus>(() => ({ put }));
  vi.doMock('../../src/aws/event-bus.ts', () => ({ createEventBus }));
  createEventBus.mockImplementationOnce(() => {
    throw new Error('out of memory');
  });
  const bus = eventBusOnDemand('default', 'enforcer');
  expect(createEventBus).not.toHaveBeenCalled();

  await expect(bus.put(content, 5)).rejects.toThrow('out of memory');
  await bus.put(content, 6);
  const delivery = await bus.put(content, 7);
  vi.doUnmock('../../src/aws/event-bus.ts');

  expect(delivery).toEqual({ kind: 'accepted' });
  expect(createEventBus).toHaveBeenCalledTimes(2);
  expect(put.mock.calls).toEqual([
    [content, 6],
    [content, 7],
  ]);
});

test('The client of SQS is made at the first message, and kept', async () => {
  const send = vi.fn<Queue['send']>(async () => [{ kind: 'accepted' }]);
  const createSqsQueue = vi.fn<(url: string) => Queue>(() => ({ send }));
  vi.doMock('../../src/aws/sqs-queue.ts', () => ({ createSqsQueue }));
  const queue = sqsQueueOnDemand('https://sqs.eu-central-1.amazonaws.com/111122223333/queue');
  expect(createSqsQueue).not.toHaveBeenCalled();

  const deliveries = await queue.send([{ body: 'a' }], 5);
  await queue.send([{ body: 'b' }], 6);
  vi.doUnmock('../../src/aws/sqs-queue.ts');

  expect(deliveries).toEqual([{ kind: 'accepted' }]);
  expect(createSqsQueue).toHaveBeenCalledExactlyOnceWith(
    'https://sqs.eu-central-1.amazonaws.com/111122223333/queue',
  );
  expect(send.mock.calls).toEqual([
    [[{ body: 'a' }], 5],
    [[{ body: 'b' }], 6],
  ]);
});
