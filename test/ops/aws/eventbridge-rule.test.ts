import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { beforeEach, expect, test } from 'vitest';
import { createRuleReader } from '../../../src/ops/aws/eventbridge-rule.ts';
import { mockClient } from '../../support/mock-client.ts';

const eventBridge = mockClient(EventBridgeClient);
const rule = createRuleReader({ region: 'eu-west-1' }, 'launches');

beforeEach(() => eventBridge.reset());

test('describe gives state and pattern', async () => {
  eventBridge
    .on(DescribeRuleCommand, { Name: 'launches' })
    .resolves({ State: 'DISABLED', EventPattern: '{}' });

  expect(await rule.describe()).toEqual({ state: 'DISABLED', pattern: '{}' });
});

test('targets tell what is done with events, and with those that are not delivered', async () => {
  eventBridge.on(ListTargetsByRuleCommand, { Rule: 'launches' }).resolves({
    Targets: [
      { Id: '1', Arn: 'a', DeadLetterConfig: { Arn: 'q' }, RetryPolicy: { MaximumRetryAttempts: 185 } },
      { Id: '2', Arn: 'b', Input: '{}' },
      { Id: '3', Arn: 'c', InputPath: '$.detail' },
      { Id: '4', Arn: 'd', InputTransformer: { InputTemplate: '"x"' } },
    ],
  });

  expect(await rule.targets()).toEqual([
    { arn: 'a', wholeEvent: true, deadLetterArn: 'q', retryAttempts: 185 },
    { arn: 'b', wholeEvent: false, deadLetterArn: undefined, retryAttempts: undefined },
    { arn: 'c', wholeEvent: false, deadLetterArn: undefined, retryAttempts: undefined },
    { arn: 'd', wholeEvent: false, deadLetterArn: undefined, retryAttempts: undefined },
  ]);
});

test.each([
  [true, true],
  [false, false],
  [undefined, false],
])('matches is what EventBridge says: %s', async (Result, expected) => {
  eventBridge
    .on(TestEventPatternCommand, { EventPattern: 'p', Event: 'e' })
    .resolves(Result === undefined ? {} : { Result });

  expect(await rule.matches('p', 'e')).toBe(expected);
});
