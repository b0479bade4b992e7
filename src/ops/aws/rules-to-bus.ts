import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { clientSettings, type Connection } from './connection.ts';

/** A rule of the default bus, by which of some events it is for. */
export interface RuleToBus {
  readonly name: string;
  /** For example `ENABLED` or `DISABLED`. */
  readonly state: string;
  /** Whether EventBridge says that each of the events matches its pattern, in their order. */
  readonly matches: readonly boolean[];
}

/**
 * The rules of one account and region that send to an event bus, through the AWS SDK. Its client is closed at the end: who
 * asks in a thousand places would run out of connections.
 *
 * @param events JSON texts
 */
export async function readRulesToBus(
  connection: Connection,
  TargetArn: string,
  events: readonly string[],
): Promise<RuleToBus[]> {
  const client = new EventBridgeClient(clientSettings(connection));
  const matches = async (EventPattern: string | undefined, Event: string): Promise<boolean> =>
    EventPattern !== undefined &&
    (await client.send(new TestEventPatternCommand({ EventPattern, Event }))).Result === true;
  try {
    // One page has a hundred; a member has two.
    const { RuleNames = [] } = await client.send(new ListRuleNamesByTargetCommand({ TargetArn }));
    return await Promise.all(
      RuleNames.map(async (name) => {
        const { State, EventPattern } = await client.send(new DescribeRuleCommand({ Name: name }));
        return {
          name,
          state: State ?? 'unknown',
          matches: await Promise.all(events.map(async (event) => matches(EventPattern, event))),
        };
      }),
    );
  } finally {
    client.destroy();
  }
}
