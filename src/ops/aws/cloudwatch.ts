import {
  CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { chunk } from '../../enforcer/chunk.ts';
import { clientSettings, type Connection } from './connection.ts';

export interface Alarm {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly reason: string;
  readonly actionsEnabled: boolean;
}

/** Alarms and metrics through the AWS SDK. */
export interface Monitoring {
  /** The alarms of these names that exist. */
  alarms(names: readonly string[]): Promise<Alarm[]>;
  /**
   * The last hour of the last 14 days in which a metric summed up to more than nothing.
   * @returns its beginning in epoch milliseconds, and the sum; undefined when there is none
   */
  lastHourWith(
    metric: Metric,
    now: number,
  ): Promise<{ readonly at: number; readonly sum: number } | undefined>;
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const HOUR = 3_600;
const LOOK_BACK = 14 * 24 * HOUR;

export function createMonitoring(connection: Connection): Monitoring {
  const client = new CloudWatchClient(clientSettings(connection));
  return {
    async alarms(names) {
      const pages = await Promise.all(
        // At most 100 names a call.
        chunk(names, 100).map((AlarmNames) =>
          client.send(
            new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
          ),
        ),
      );
      return pages
        .flatMap<MetricAlarm | CompositeAlarm>(({ MetricAlarms = [], CompositeAlarms = [] }) =>
          [MetricAlarms, CompositeAlarms].flat(),
        )
        .map(({ AlarmName, StateValue, StateReason, ActionsEnabled }) => ({
          name: AlarmName ?? 'unknown',
          state: StateValue ?? 'INSUFFICIENT_DATA',
          reason: StateReason ?? '',
          actionsEnabled: ActionsEnabled !== false,
        }));
    },

    async lastHourWith({ namespace, name, dimensions }, now) {
      const answer = await client.send(
        new GetMetricStatisticsCommand({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          StartTime: new Date(now - LOOK_BACK * 1000),
          EndTime: new Date(now),
          Period: HOUR,
          Statistics: ['Sum'],
        }),
      );
      const hours = (answer.Datapoints ?? []).map(({ Timestamp, Sum = 0 }) => ({
        at: Timestamp?.getTime() ?? 0,
        sum: Sum,
      }));
      return hours.filter(({ sum }) => sum > 0).toSorted((one, other) => other.at - one.at)[0];
    },
  };
}
