import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { clientSettings, type Connection } from './connection.ts';

export interface Rule {
  /** For example `ENABLED` or `DISABLED`. */
  readonly state: string;
  /** The event pattern as JSON text; undefined for a schedule. */
  readonly pattern: string | undefined;
}

export interface RuleTarget {
  readonly arn: string;
  /** Whether it gets the event as it is. */
  readonly wholeEvent: boolean;
  readonly deadLetterArn: string | undefined;
  /** Undefined when not set; EventBridge then tries 185 times. */
  readonly retryAttempts: number | undefined;
}

/** One rule of an event bus through the AWS SDK. */
export interface RuleReader {
  describe(): Promise<Rule>;
  targets(): Promise<RuleTarget[]>;
  /** Whether EventBridge says that an event matches a pattern, both as JSON text. */
  matches(pattern: string, event: string): Promise<boolean>;
}

/** @param EventBusName of the rule */
export function createRuleReader(
  connection: Connection,
  ruleName: string,
  EventBusName = 'default',
): RuleReader {
  const client = new EventBridgeClient(clientSettings(connection));
  return {
    async describe() {
      const answer = await client.send(new DescribeRuleCommand({ Name: ruleName, EventBusName }));
      return { state: answer.State ?? 'unknown', pattern: answer.EventPattern };
    },

    // A rule has at most five targets, so one page: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    async targets() {
      const answer = await client.send(new ListTargetsByRuleCommand({ Rule: ruleName, EventBusName }));
      return (answer.Targets ?? []).map(readTarget);
    },

    async matches(EventPattern, Event) {
      return (await client.send(new TestEventPatternCommand({ EventPattern, Event }))).Result === true;
    },
  };
}

function readTarget(target: Target): RuleTarget {
  const { Arn = '', Input, InputPath, InputTransformer, DeadLetterConfig, RetryPolicy } = target;
  return {
    arn: Arn,
    wholeEvent: Input === undefined && InputPath === undefined && InputTransformer === undefined,
    deadLetterArn: DeadLetterConfig?.Arn,
    retryAttempts: RetryPolicy?.MaximumRetryAttempts,
  };
}
