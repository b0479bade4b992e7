import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { OpsError } from '../errors.ts';
import { clientSettings, type Connection } from './connection.ts';

/** The fields of one result that have a value. */
export type QueryResult = ReadonlyMap<string, string>;

/** Milliseconds between two looks at a query, and for all of them. */
const EVERY = 500;
const LONGEST = 90_000;

/**
 * Runs a query of CloudWatch Logs Insights through the AWS SDK, and waits for its results, at most 10,000.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 *
 * @param since epoch milliseconds
 * @throws OpsError when the query fails, or does not end within 90 s
 */
export async function queryLog(
  connection: Connection,
  logGroupName: string,
  queryString: string,
  since: number,
): Promise<QueryResult[]> {
  const client = new CloudWatchLogsClient(clientSettings(connection));
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupName,
      queryString,
      startTime: Math.floor(since / 1000),
      endTime: Math.ceil(Date.now() / 1000),
    }),
  );
  const end = Date.now() + LONGEST;
  while (Date.now() < end) {
    const { status = 'Unknown', results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
    if (status === 'Complete') {
      return results.map(
        (fields) =>
          new Map(
            fields.flatMap(({ field, value }) =>
              field === undefined || value === undefined ? [] : [[field, value] as const],
            ),
          ),
      );
    }
    if (status !== 'Scheduled' && status !== 'Running' && status !== 'Unknown')
      throw new OpsError(`Expected the query of ${logGroupName} to be Complete, found it ${status}.`);
    await wait(EVERY);
  }
  throw new OpsError(
    `Expected the query of ${logGroupName} to end within ${LONGEST / 1000} s, found it Running.`,
  );
}
