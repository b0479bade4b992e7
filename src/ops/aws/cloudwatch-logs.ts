import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { chunk } from '../../enforcer/chunk.ts';
import { clientSettings, type Connection } from './connection.ts';

/** One line of a log, whatever its form. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
}

/** One log group through the AWS SDK. */
export interface LogGroup {
  createStream(streamName: string): Promise<void>;
  /** Resolves when CloudWatch Logs has taken the lines. */
  write(streamName: string, messages: readonly string[]): Promise<void>;
  /** Every line from a moment on, in epoch milliseconds, that a filter pattern matches. */
  matching(pattern: string, since: number): Promise<LogLine[]>;
  /** Names of the streams written to last, the newest first. */
  newestStreams(count: number): Promise<string[]>;
  /** The last lines of a stream, oldest first, at most 1,000. */
  tail(streamName: string): Promise<LogLine[]>;
}

/**
 * Lines in one call, which takes a megabyte of them:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
const LINES = 200;

export function createLogGroup(connection: Connection, logGroupName: string): LogGroup {
  const client = new CloudWatchLogsClient(clientSettings(connection));
  return {
    async createStream(logStreamName) {
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    },

    async write(logStreamName, messages) {
      const timestamp = Date.now();
      for (const lines of chunk(messages, LINES)) {
        const logEvents = lines.map((message) => ({ timestamp, message }));
        const answer = await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
        if (answer.rejectedLogEventsInfo !== undefined) {
          throw new Error(
            `CloudWatch Logs rejected a line: ${JSON.stringify(answer.rejectedLogEventsInfo)}. Is the clock right?`,
          );
        }
      }
    },

    async matching(filterPattern, startTime) {
      const lines: LogLine[] = [];
      const pages = paginateFilterLogEvents({ client }, { logGroupName, filterPattern, startTime });
      for await (const { events = [] } of pages)
        lines.push(...events.map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message })));
      return lines;
    },

    async newestStreams(limit) {
      const answer = await client.send(
        new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true, limit }),
      );
      return (answer.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []);
    },

    async tail(logStreamName) {
      const answer = await client.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: false, limit: 1_000 }),
      );
      return (answer.events ?? []).map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message }));
    },
  };
}
