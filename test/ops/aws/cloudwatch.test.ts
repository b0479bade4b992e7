import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMonitoring } from '../../../src/ops/aws/cloudwatch.ts';
import { mockClient } from '../../support/mock-client.ts';

const cloudWatch = mockClient(CloudWatchClient);
const monitoring = createMonitoring({ region: 'eu-west-1' });
const metric = { namespace: 'AWS/Lambda', name: 'Invocations', dimensions: { FunctionName: 'enforce' } };
const now = Date.parse('2026-03-15T12:00:00Z');

const point = (time: string, Sum: number) => ({ Timestamp: new Date(time), Sum });

beforeEach(() => cloudWatch.reset());

test('alarms of all kinds are asked for in calls of what CloudWatch takes', async () => {
  cloudWatch
    .on(DescribeAlarmsCommand)
    .resolvesOnce({
      MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK', StateReason: 'r', ActionsEnabled: true }],
      CompositeAlarms: [{ AlarmName: 'b', StateValue: 'ALARM', ActionsEnabled: false }],
    })
    .resolves({});
  const names = Array.from({ length: 150 }, (_, index) => `alarm-${index}`);

  expect(await monitoring.alarms(names)).toEqual([
    { name: 'a', state: 'OK', reason: 'r', actionsEnabled: true },
    { name: 'b', state: 'ALARM', reason: '', actionsEnabled: false },
  ]);
  const inputs = cloudWatch.commandCalls(DescribeAlarmsCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ AlarmNames }) => AlarmNames?.length)).toEqual([100, 50]);
  expect(inputs[0]?.AlarmTypes).toEqual(['MetricAlarm', 'CompositeAlarm']);
});

describe('the last hour with anything', () => {
  test('is the newest that is more than nothing, whatever the order', async () => {
    cloudWatch.on(GetMetricStatisticsCommand).resolves({
      Datapoints: [
        point('2026-03-14T10:00:00Z', 4),
        point('2026-03-15T11:00:00Z', 0),
        point('2026-03-13T10:00:00Z', 9),
      ],
    });

    expect(await monitoring.lastHourWith(metric, now)).toEqual({
      at: Date.parse('2026-03-14T10:00:00Z'),
      sum: 4,
    });
    expect(cloudWatch.call(0).args[0].input).toEqual({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: 'enforce' }],
      StartTime: new Date('2026-03-01T12:00:00Z'),
      EndTime: new Date('2026-03-15T12:00:00Z'),
      Period: 3600,
      Statistics: ['Sum'],
    });
  });

  test.each([[[]], [[point('2026-03-15T11:00:00Z', 0)]]])('is none in %j', async (Datapoints) => {
    cloudWatch.on(GetMetricStatisticsCommand).resolves({ Datapoints });

    expect(await monitoring.lastHourWith(metric, now)).toBeUndefined();
  });
});
