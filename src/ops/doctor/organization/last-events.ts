import { placeKey } from '../../place.ts';
import * as v from 'valibot';
import type { Connection } from '../../aws/connection.ts';
import { queryLog, type QueryResult } from '../../aws/log-query.ts';

/** Days of the log that are looked through. */
export const LOOK_BACK_DAYS = 14;

/**
 * The newest line of each account and region that only an event of it leaves: of a launch that CloudTrail recorded, or of
 * starts. What `audit --send` puts on the queue has no event id.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/CWL_QuerySyntax-Dedup.html
 */
const query = [
  'fields @timestamp, @message',
  String.raw`filter @message like /"account":"\d/`,
  'filter @message like /"eventId":"|"message":"second looks"/',
  'sort @timestamp desc',
  'dedup account, region',
  'limit 10000',
].join(' | ');

/** Times are `2026-11-26 18:39:24.000`, in UTC. */
const Row = v.object({
  '@timestamp': v.pipe(
    v.string(),
    v.transform((text) => Date.parse(`${text.replace(' ', 'T')}Z`)),
    v.finite(),
  ),
  '@message': v.pipe(v.string(), v.parseJson(), v.object({ account: v.string(), region: v.string() })),
});

/** When an event of each place last came to the hub, in epoch milliseconds, by `placeKey`. */
export type LastEvents = ReadonlyMap<string, number>;

/** Asks the log of a hub once for all of its members. */
export async function readLastEvents(connection: Connection, logGroupName: string): Promise<LastEvents> {
  const since = Date.now() - LOOK_BACK_DAYS * 24 * 3_600_000;
  return lastEvents(await queryLog(connection, logGroupName, query, since));
}

function lastEvents(rows: readonly QueryResult[]): LastEvents {
  const last = new Map<string, number>();
  for (const row of rows) {
    const read = v.safeParse(Row, Object.fromEntries(row));
    if (!read.success) continue;
    const { '@timestamp': at, '@message': line } = read.output;
    const key = placeKey(line);
    last.set(key, Math.max(at, last.get(key) ?? 0));
  }
  return last;
}
