import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLogGroup } from '../../../src/ops/aws/cloudwatch-logs.ts';
import { mockClient } from '../../support/mock-client.ts';

const logs = mockClient(CloudWatchLogsClient);
const group = createLogGroup({ region: 'eu-west-1' }, '/aws/lambda/enforce');

beforeEach(() => logs.reset());

describe('write', () => {
  test('puts one line of now into a stream', async () => {
    logs.on(CreateLogStreamCommand).resolves({});
    logs.on(PutLogEventsCommand).resolves({});
    const before = Date.now();

    await group.createStream('discarded');
    await group.write('discarded', ['a line']);

    const [created, put] = logs.calls().map(({ args }) => args[0].input);
    expect(created).toEqual({ logGroupName: '/aws/lambda/enforce', logStreamName: 'discarded' });
    expect(put).toMatchObject({ logStreamName: 'discarded', logEvents: [{ message: 'a line' }] });
    const [{ timestamp = 0 } = {}] = logs.commandCalls(PutLogEventsCommand)[0]?.args[0].input.logEvents ?? [];
    expect(timestamp).toBeGreaterThanOrEqual(before);
  });

  test('puts many lines in calls of 200, and makes none for none', async () => {
    logs.on(PutLogEventsCommand).resolves({});

    await group.write(
      'sent',
      Array.from({ length: 450 }, () => 'a line'),
    );
    await group.write('sent', []);

    const sizes = logs
      .commandCalls(PutLogEventsCommand)
      .map(({ args }) => args[0].input.logEvents?.length ?? 0);
    expect(sizes).toEqual([200, 200, 50]);
  });

  test('fails when CloudWatch Logs takes the call and rejects the line', async () => {
    logs.on(PutLogEventsCommand).resolves({ rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } });

    await expect(group.write('discarded', ['a line'])).rejects.toThrow('rejected a line');
  });
});

test('matching gives the lines of every page', async () => {
  logs
    .on(FilterLogEventsCommand, { filterPattern: '{ $.a = 1 }', startTime: 7 })
    .resolves({ events: [{ timestamp: 8, message: 'm' }], nextToken: 'next' })
    .on(FilterLogEventsCommand, { nextToken: 'next' })
    .resolves({ events: [{ timestamp: 9, message: 'n' }] });

  expect(await group.matching('{ $.a = 1 }', 7)).toEqual([
    { at: 8, message: 'm' },
    { at: 9, message: 'n' },
  ]);
});

test('newestStreams asks for those written to last', async () => {
  logs.on(DescribeLogStreamsCommand).resolves({ logStreams: [{ logStreamName: 'b' }, {}] });

  expect(await group.newestStreams(10)).toEqual(['b']);
  expect(logs.call(0).args[0].input).toEqual({
    logGroupName: '/aws/lambda/enforce',
    orderBy: 'LastEventTime',
    descending: true,
    limit: 10,
  });
});

test('tail gives the last lines', async () => {
  logs
    .on(GetLogEventsCommand, { startFromHead: false })
    .resolves({ events: [{ timestamp: 5, message: 'm' }] });

  expect(await group.tail('b')).toEqual([{ at: 5, message: 'm' }]);
});
