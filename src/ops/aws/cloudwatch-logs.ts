import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
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
  /** Resolves when CloudWatch Logs has taken the line. */
  write(streamName: string, message: string): Promise<void>;
  /** Names of the streams written to last, the newest first. */
  newestStreams(count: number): Promise<string[]>;
  /** The last lines of a stream, oldest first, at most 1,000. */
  tail(streamName: string): Promise<LogLine[]>;
}

export function createLogGroup(connection: Connection, logGroupName: string): LogGroup {
  const client = new CloudWatchLogsClient(clientSettings(connection));
  return {
    async createStream(logStreamName) {
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    },

    async write(logStreamName, message) {
      const answer = await client.send(
        new PutLogEventsCommand({
          logGroupName,
          logStreamName,
          logEvents: [{ timestamp: Date.now(), message }],
        }),
      );
      if (answer.rejectedLogEventsInfo !== undefined) {
        throw new Error(
          `CloudWatch Logs rejected the line: ${JSON.stringify(answer.rejectedLogEventsInfo)}. Is the clock right?`,
        );
      }
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
