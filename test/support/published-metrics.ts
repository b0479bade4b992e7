import * as v from 'valibot';
import { type TelemetryLine, telemetryOutput } from './telemetry-output.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const EmbeddedMetrics = v.looseObject({
  _aws: v.object({
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string() })),
      }),
    ),
  }),
});

/** A metric as CloudWatch knows it. */
export interface PublishedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Every metric that the function can publish, each once. */
export function publishedMetrics(): PublishedMetric[] {
  const metrics = telemetryOutput().flatMap(metricsOf);
  return [...new Map(metrics.map((metric) => [metric.name, metric])).values()];
}

function metricsOf(line: TelemetryLine): PublishedMetric[] {
  if (!v.is(EmbeddedMetrics, line)) return [];
  const { _aws: embedded } = line;
  return embedded.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.map(({ Name }) => ({
      namespace: Namespace,
      name: Name,
      dimensions: Object.fromEntries(Dimensions.flat().map((key) => [key, String(line[key])])),
    })),
  );
}
