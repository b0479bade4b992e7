import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEventBus } from '../../src/aws/event-bus.ts';
import type { NoticeContent } from '../../src/notices/notifier.ts';
import { type LocalEventBridge, startEventBridge } from '../support/event-bridge.ts';
import { idOf, source } from '../support/launches.ts';
import { schemaFaults } from '../support/notice-schema.ts';

const content: NoticeContent = {
  source,
  instances: [{ instanceId: idOf(1), outcome: 'terminated', reason: 'no-name-tag' }],
  at: Date.UTC(2026, 2, 1, 9, 0, 4),
};

let bridge: LocalEventBridge;

beforeEach(async () => {
  bridge = await startEventBridge();
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', bridge.url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await bridge.close();
});

/** What comes of one notice that has this long, in milliseconds. */
const put = async (timeLeft = 5_000) =>
  createEventBus('default', 'enforcer').put(content, Date.now() + timeLeft);

test('a notice is put as one event, whose detail is of the schema', async () => {
  const delivery = await put();

  expect(delivery).toEqual({ kind: 'accepted' });
  expect(bridge.entries).toMatchObject([
    {
      EventBusName: 'default',
      Source: 'ec2-name-tag-enforcer',
      DetailType: 'Nameless Instance Terminated',
      Detail: { version: '1', instanceIds: [idOf(1)], stack: 'enforcer' },
      Time: content.at / 1000,
    },
  ]);
  expect(schemaFaults(bridge.entries[0]?.Detail)).toEqual([]);
});

describe('a notice that EventBridge does not take', () => {
  test('though it takes the call, is a failed one, told in its words', async () => {
    const entry = { ErrorCode: 'InternalFailure', ErrorMessage: 'try later' };
    bridge.answers.push([200, { FailedEntryCount: 1, Entries: [entry] }]);

    expect(await put()).toEqual({
      kind: 'call-failed',
      transient: true,
      detail: 'InternalFailure: try later',
    });
  });

  test('because the role may not, is a failed one, and not tried again', async () => {
    bridge.answers.push([
      400,
      { __type: 'AccessDeniedException', message: 'not authorized to perform: events:PutEvents' },
    ]);

    expect(await put()).toEqual({
      kind: 'call-failed',
      transient: false,
      detail: 'AccessDeniedException: not authorized to perform: events:PutEvents',
    });
    expect(bridge.entries).toHaveLength(1);
  });

  test.each([
    [500, 'InternalException'],
    [400, 'ThrottlingException'],
  ])('because it has trouble (%d %s), may be put again', async (status, type) => {
    bridge.answers.push([status, { __type: type }]);

    expect(await put()).toMatchObject({ kind: 'call-failed', transient: true });
    expect(bridge.entries).toHaveLength(1);
  });

  test('because it never answers, is given up at the deadline', async () => {
    bridge.answers.push('nothing');
    const begun = performance.now();

    expect(await put(300)).toEqual({ kind: 'out-of-time' });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('because the time is up already, is not even sent', async () => {
    expect(await put(0)).toEqual({ kind: 'out-of-time' });
    expect(bridge.entries).toEqual([]);
  });
});
