import * as v from 'valibot';
import { createLogGroup, type LogLine } from '../aws/cloudwatch-logs.ts';
import { createMonitoring } from '../aws/cloudwatch.ts';
import type { Connection } from '../aws/connection.ts';
import { formatSince } from '../age.ts';
import type { Stack } from '../stack.ts';
import { ok, warn, type Check } from './check.ts';

/** Log streams that are looked through for the last settled launch. */
const STREAMS = 10;

const ASK_FOR_TRAIL =
  'If instances were launched here since, see above for the trail, the rule and its target';

/** When the function last ran, and last settled a launch. */
export function activityChecks(connection: Connection, { outputs }: Stack): Check[] {
  const { FunctionName, LogGroupName } = outputs;
  return [
    {
      name: 'Last invocation',
      async look() {
        const metric = { namespace: 'AWS/Lambda', name: 'Invocations', dimensions: { FunctionName } };
        const last = await createMonitoring(connection).lastHourWith(metric, Date.now());
        if (last === undefined) return warn('None in the last 14 days', ASK_FOR_TRAIL);
        return ok(`${last.sum} in the hour that began ${formatSince(last.at)} ago`);
      },
    },
    {
      name: 'Last settled launch',
      async look() {
        const log = createLogGroup(connection, LogGroupName);
        const streams = await log.newestStreams(STREAMS);
        const tails = await Promise.all(streams.map((stream) => log.tail(stream)));
        const last = lastSettled(tails.flat());
        if (last === undefined) {
          return warn(`None in the newest ${streams.length} streams of ${LogGroupName}`, ASK_FOR_TRAIL);
        }
        return ok(`${last.text}, ${formatSince(last.at)} ago`);
      },
    },
  ];
}

/** The function's lines for an instance that is settled, and for a launch that was spared as a whole. */
const SettledLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    message: v.picklist(['instance settled', 'launch spared']),
    instanceId: v.optional(v.string(), 'a whole launch'),
    outcome: v.optional(v.string(), 'spared'),
    reason: v.optional(v.string(), 'no reason'),
  }),
);

/** The newest such line. */
export function lastSettled(lines: readonly LogLine[]): { at: number; text: string } | undefined {
  for (const { at, message } of lines.toSorted((one, other) => other.at - one.at)) {
    const line = v.safeParse(SettledLine, message);
    if (line.success) {
      const { instanceId, outcome, reason } = line.output;
      return { at, text: `${instanceId} ${outcome} (${reason})` };
    }
  }
  return undefined;
}
