import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { cloudWatch } from './clients.ts';

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
