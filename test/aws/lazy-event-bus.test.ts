import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLazyEventBus } from '../../src/aws/lazy-event-bus.ts';
import type { EventBus, Kills } from '../../src/notices/notifier.ts';
import { source } from '../support/launches.ts';

const kills: Kills = { source, instances: [], at: 0 };
const put = vi.fn<EventBus['put']>(async () => ({ kind: 'accepted' }));
const createEventBus = vi.fn<(name: string) => EventBus>(() => ({ put }));

beforeEach(() => {
  vi.resetModules();
  vi.doMock('../../src/aws/event-bus.ts', () => ({ createEventBus }));
});

afterEach(() => {
  vi.clearAllMocks();
  vi.doUnmock('../../src/aws/event-bus.ts');
});

test('The client of EventBridge is made at the first notice, and once', async () => {
  const bus = createLazyEventBus('default', 'enforcer');
  expect(createEventBus).not.toHaveBeenCalled();

  await bus.put(kills, 5);
  const delivery = await bus.put(kills, 6);

  expect(delivery).toEqual({ kind: 'accepted' });
  expect(createEventBus).toHaveBeenCalledExactlyOnceWith('default', 'enforcer');
  expect(put.mock.calls).toEqual([
    [kills, 5],
    [kills, 6],
  ]);
});

test('The client is made again after it could not be', async () => {
  createEventBus.mockImplementationOnce(() => {
    throw new Error('out of memory');
  });
  const bus = createLazyEventBus('default', 'enforcer');

  await expect(bus.put(kills, 5)).rejects.toThrow('out of memory');
  await expect(bus.put(kills, 5)).resolves.toEqual({ kind: 'accepted' });
});
