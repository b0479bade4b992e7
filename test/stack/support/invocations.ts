import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { cloudWatch, cloudWatchLogs } from './clients.ts';

const hour = 3_600_000;

/**
 * How often a function was invoked so far, retries included, by Lambda's own metric:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export async function invocationsOf(functionName: string): Promise<number> {
  const { Datapoints: points = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: functionName }],
      StartTime: new Date(Date.now() - hour),
      EndTime: new Date(Date.now() + hour),
      Period: hour / 1000,
      Statistics: ['Sum'],
    }),
  );
  return points.reduce((total, { Sum: sum = 0 }) => total + sum, 0);
}

/**
 * The same by the function's own log: exact while other stacks are busy, when MiniStack's metric counts some of theirs.
 */
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
