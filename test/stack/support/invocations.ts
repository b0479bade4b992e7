import { GetMetricStatisticsCommand, type Datapoint } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { cloudWatch, cloudWatchLogs } from './clients.ts';

const hour = 3_600_000;

/**
 * How often a function was invoked so far, retries included, by Lambda's own metric:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export async function invocationsOf(functionName: string): Promise<number> {
  return metricSum('AWS/Lambda', 'Invocations', { FunctionName: functionName });
}

/** How many events a function has processed at a time, at most. */
export async function greatestConcurrencyOf(functionName: string): Promise<number> {
  const points = await statistics('AWS/Lambda', 'ConcurrentExecutions', { FunctionName: functionName });
  return Math.max(...points.map(({ Maximum: maximum = 0 }) => maximum));
}

/** What a metric with these dimensions has counted so far. */
export async function metricSum(
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<number> {
  const points = await statistics(namespace, metric, dimensions);
  return points.reduce((total, { Sum: sum = 0 }) => total + sum, 0);
}

async function statistics(
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<Datapoint[]> {
  const { Datapoints: points = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - hour),
      EndTime: new Date(Date.now() + hour),
      Period: hour / 1000,
      Statistics: ['Sum', 'Maximum'],
    }),
  );
  return points;
}

/** The same by the function's own log, of one try each a line of Lambda's. */
export async function loggedInvocationsOf(logGroupName: string): Promise<number> {
  const starts = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await cloudWatchLogs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
    for (const { message = '' } of page.events ?? []) {
      if (message.startsWith('START RequestId:')) starts.add(message);
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return starts.size;
}
