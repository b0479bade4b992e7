import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { lookAtAll } from '../../../src/ops/doctor/check.ts';
import type { CheckedResult } from '../../../src/ops/doctor/check.ts';
import { functionChecks } from '../../../src/ops/doctor/function-checks.ts';
import { queueChecks } from '../../../src/ops/doctor/queue-checks.ts';
import { ruleChecks } from '../../../src/ops/doctor/rule-checks.ts';
import { stackParts } from '../../../src/ops/stack-parts.ts';
import { secondLookOutputs, stackWith } from '../../support/ops-stack.ts';
import { mockClient } from '../../support/mock-client.ts';

const lambda = mockClient(LambdaClient);
const sqs = mockClient(SQSClient);
const eventBridge = mockClient(EventBridgeClient);
const connection = { region: 'eu-west-1' };
const stack = stackWith(secondLookOutputs, { ReservedConcurrency: '5', GracePeriodMinutes: '15' });
const { launches, secondLook } = stackParts(stack);
if (secondLook === undefined) throw new Error('Expected a stack with a second look.');
const { DeadLetterQueueArn } = stack.outputs;

/** A policy that lets EventBridge in for these rules. */
const policyFor = (action: string, ...rules: readonly string[]): string =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: action,
        Condition: { ArnEquals: { 'aws:SourceArn': rules } },
      },
    ],
  });

/** Everything as the template has it. */
beforeEach(() => {
  lambda.reset();
  sqs.reset();
  eventBridge.reset();
  lambda
    .on(GetPolicyCommand)
    .resolves({ Policy: policyFor('lambda:InvokeFunction', launches.ruleArn) })
    .on(GetFunctionConfigurationCommand)
    .resolves({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Environment: { Variables: { MODE: 'terminate', GRACE_PERIOD_MINUTES: '15' } },
    })
    .on(GetFunctionConcurrencyCommand, { FunctionName: launches.functionName })
    .resolves({ ReservedConcurrentExecutions: 5 })
    .on(GetFunctionConcurrencyCommand, { FunctionName: secondLook.functionName })
    .resolves({})
    .on(GetFunctionEventInvokeConfigCommand)
    .resolves({ DestinationConfig: { OnFailure: { Destination: secondLook.queueArn } } })
    .on(GetEventSourceMappingCommand)
    .resolves({
      State: 'Enabled',
      EventSourceArn: secondLook.queueArn,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  sqs.on(GetQueueAttributesCommand).resolves({
    Attributes: { Policy: policyFor('sqs:SendMessage', launches.ruleArn, secondLook.ruleArn) },
  });
  const target = { Id: 'target', DeadLetterConfig: { Arn: DeadLetterQueueArn } };
  eventBridge
    .on(DescribeRuleCommand)
    .resolves({ State: 'ENABLED', EventPattern: '{}' })
    .on(ListTargetsByRuleCommand, { Rule: launches.ruleName })
    .resolves({ Targets: [{ ...target, Arn: launches.functionArn }] })
    .on(ListTargetsByRuleCommand, { Rule: secondLook.ruleName })
    .resolves({ Targets: [{ ...target, Arn: secondLook.queueArn }] })
    .on(TestEventPatternCommand)
    .callsFake(({ Event }: { readonly Event: string }) => ({
      Result: /"RunInstances"|"running"/.test(Event),
    }));
});

const examine = async (of = stack): Promise<CheckedResult[]> =>
  lookAtAll([
    ...ruleChecks(connection, of),
    ...functionChecks(connection, of),
    ...queueChecks(connection, of),
  ]);
const wrong = (results: readonly CheckedResult[]): string[] =>
  results.filter(({ status }) => status !== 'ok').map(({ name }) => name);

test('a stack as the template has it is fine, from both rules to both queues', async () => {
  const results = await examine();

  expect(wrong(results)).toEqual([]);
  expect(results).toHaveLength(8 + 9 + 3);
});

test('a stack of an older template is looked at as far as it goes', async () => {
  const older = stackWith({}, { ReservedConcurrency: '5', GracePeriodMinutes: '15' });
  lambda
    .on(GetFunctionEventInvokeConfigCommand)
    .resolves({ DestinationConfig: { OnFailure: { Destination: DeadLetterQueueArn } } });

  const results = await examine(older);

  expect(wrong(results)).toEqual([]);
  expect(results).toHaveLength(4 + 5 + 2);
});

describe('it is found when', () => {
  test.each([
    ['switched off', { State: 'Disabled' }, 'fail', 'update-event-source-mapping'],
    ['being switched on', { State: 'Enabling' }, 'warn', 'in a minute'],
    ['of another queue', { State: 'Enabled', EventSourceArn: 'other' }, 'fail', 'Put it back'],
    ['deaf to what is not finished', { FunctionResponseTypes: [] }, 'fail', 'Put it back'],
  ])('the event source mapping is %s', async (_, parts, status, fix) => {
    lambda.on(GetEventSourceMappingCommand).resolves({
      State: 'Enabled',
      EventSourceArn: secondLook.queueArn,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...parts,
    });

    const results = await examine();

    const name = 'SecondLook gets the messages of its queue';
    expect(wrong(results)).toEqual([name]);
    const result = results.find((one) => one.name === name);
    expect(result?.status).toBe(status);
    expect(result?.fix).toContain(fix);
  });

  test('the grace of a function is not that of the stack', async () => {
    lambda
      .on(GetFunctionConfigurationCommand, { FunctionName: secondLook.functionName })
      .resolves({ State: 'Active', Environment: { Variables: { GRACE_PERIOD_MINUTES: '0' } } });

    expect(wrong(await examine())).toEqual(['SecondLook does what the stack says']);
  });

  test.each([
    ['SERVICE_LAUNCH_MODE', 'report'],
    ['RELAUNCH_LIMIT', '9'],
    ['MODE', 'name'],
    ['EXEMPT_TAG_KEYS', 'team'],
  ])('%s is not as in the stack', async (variable, value) => {
    lambda.on(GetFunctionConfigurationCommand).resolves({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Environment: { Variables: { MODE: 'terminate', GRACE_PERIOD_MINUTES: '15', [variable]: value } },
    });

    expect(wrong(await examine())).toEqual([
      'EnforceNameTag does what the stack says',
      'SecondLook does what the stack says',
    ]);
  });

  test.each([
    [
      'never runs',
      0,
      'fail',
      `aws lambda delete-function-concurrency --function-name ${secondLook.functionName}`,
    ],
    ['has some reserved', 3, 'warn', 'Put it back as the template has it, with the change set at the end'],
  ])(
    'SecondLook %s by its reserved concurrency, which is none in the template',
    async (_, reserved, status, fix) => {
      lambda
        .on(GetFunctionConcurrencyCommand, { FunctionName: secondLook.functionName })
        .resolves({ ReservedConcurrentExecutions: reserved });

      const results = await examine();

      const name = 'SecondLook has concurrency to run';
      expect(wrong(results)).toEqual([name]);
      expect(results.find((one) => one.name === name)).toMatchObject({ status, fix });
    },
  );

  test('the rule for starts is switched off', async () => {
    eventBridge
      .on(DescribeRuleCommand, { Name: secondLook.ruleName })
      .resolves({ State: 'DISABLED', EventPattern: '{}' });

    expect(wrong(await examine())).toEqual(['The rule for starts is enabled']);
  });

  test('a queue does not let the rule for starts in', async () => {
    sqs
      .on(GetQueueAttributesCommand)
      .resolves({ Attributes: { Policy: policyFor('sqs:SendMessage', launches.ruleArn) } });

    expect(wrong(await examine())).toEqual([
      'The second-look queue lets the rule in',
      'The dead-letter queue lets the rules in',
    ]);
  });

  test('what fails goes to another queue than the second look', async () => {
    lambda
      .on(GetFunctionEventInvokeConfigCommand)
      .resolves({ DestinationConfig: { OnFailure: { Destination: DeadLetterQueueArn } } });

    expect(wrong(await examine())).toEqual(['What EnforceNameTag fails at is tried again and kept']);
  });
});
