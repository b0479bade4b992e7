import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';
import { cloudWatchLogs } from './clients.ts';

const JsonLine = v.pipe(v.string(), v.parseJson(), v.looseObject({ message: v.string() }));

/** What the function logged in JSON, as it logged it; platform lines and metrics are left out. */
export async function logLines(logGroupName: string): Promise<v.InferOutput<typeof JsonLine>[]> {
  const lines: v.InferOutput<typeof JsonLine>[] = [];
  let nextToken: string | undefined;
  do {
    const page = await cloudWatchLogs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
    for (const { message } of page.events ?? []) {
      const line = v.safeParse(JsonLine, message);
      if (line.success) lines.push(line.output);
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return lines;
}

/** What the log says of one instance, as `terminated: no-name-tag`. */
export async function outcomesOf(logGroupName: string, instanceId: string): Promise<string[]> {
  return (await logLines(logGroupName))
    .filter((line) => line['instanceId'] === instanceId)
    .map((line) => `${String(line['outcome'])}: ${String(line['reason'])}`);
}
