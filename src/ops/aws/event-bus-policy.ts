import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { clientSettings, type Connection } from './connection.ts';

/** The policy of an event bus as JSON text, through the AWS SDK; undefined when it has none. */
export async function readEventBusPolicy(connection: Connection, Name: string): Promise<string | undefined> {
  const client = new EventBridgeClient(clientSettings(connection));
  return (await client.send(new DescribeEventBusCommand({ Name }))).Policy;
}
