import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { at, textAt } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { isAllowed, type Request } from '../support/iam.ts';
import { publishedMetrics } from '../support/published-metrics.ts';

const stack = exampleStack(template);
const queueUrl = (name: string): string => `https://sqs.${region}.amazonaws.com/${account}/${name}`;

describe('the rule', () => {
  test("matches every RunInstances call of the stack's account that CloudTrail records, and nothing else", () => {
    expect(at(stack.resources['LaunchRule'], 'EventPattern')).toEqual({
      account: [account],
      source: ['aws.ec2'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: ['ec2.amazonaws.com'], eventName: ['RunInstances'] },
    });
  });
});

describe('the rule for starts', () => {
  test("matches every instance of the stack's account that comes to run, and nothing else", () => {
    const rule = stack.resources['StartRule'];

    expect(at(rule, 'EventPattern')).toEqual({
      account: [account],
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
      detail: { state: ['running'] },
    });
    expect(at(rule, 'State')).toBe('ENABLED');
  });

  test('hands them to the second-look queue, tries for six hours, and keeps what it could not hand over', () => {
    expect(at(stack.resources['StartRule'], 'Targets')).toMatchObject([
      {
        Arn: stack.arn('SecondLookQueue'),
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 6 * 60 * 60 },
        DeadLetterConfig: { Arn: stack.arn('DeadLetterQueue') },
      },
    ]);
  });
});

describe('the second-look queue', () => {
  test('keeps messages encrypted, for 14 days, and waits for two minutes before it hands one out', () => {
    expect(stack.resources['SecondLookQueue']).toMatchObject({
      DelaySeconds: 120,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
      SqsManagedSseEnabled: true,
    });
  });

  test('hides a message for longer than any look may take', () => {
    const longest = template.Parameters['Timeout']?.MaxValue ?? Infinity;

    expect(at(stack.resources['SecondLookQueue'], 'VisibilityTimeout')).toBeGreaterThan(longest);
  });

  test('takes launches that failed three times', () => {
    expect(
      at(stack.resources['EnforceNameTag'], 'EventInvokeConfig', 'DestinationConfig', 'OnFailure'),
    ).toEqual({ Type: 'SQS', Destination: stack.arn('SecondLookQueue') });
  });

  test.each([
    ['SecondLookQueue', 'StartRule', true],
    ['SecondLookQueue', 'LaunchRule', false],
    ['DeadLetterQueue', 'StartRule', true],
    ['DeadLetterQueue', 'LaunchRule', true],
    ['DeadLetterQueue', 'NoticeRule', false],
  ])('%s takes events of %s: %s', async (queue, rule, isTaken) => {
    const resourcePolicy = at(stack.resources[`${queue}Policy`], 'PolicyDocument');
    const sends = (context: NonNullable<Request['context']>) =>
      isAllowed({
        action: 'sqs:SendMessage',
        resource: stack.arn(queue),
        principal: 'events.amazonaws.com',
        resourcePolicy,
        context,
      });

    expect(await sends({ 'aws:SourceArn': stack.arn(rule), 'aws:SecureTransport': 'true' })).toBe(isTaken);
    expect(await sends({ 'aws:SourceArn': stack.arn(rule), 'aws:SecureTransport': 'false' })).toBe(false);
  });

  test('may move messages to the dead-letter queue, and no other may', () => {
    expect(at(stack.resources['DeadLetterQueue'], 'RedriveAllowPolicy')).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [
        `arn:aws:sqs:${region}:${account}:${textAt(stack.resources['SecondLookQueue'], 'QueueName')}`,
      ],
    });
  });
});

test('Second looks take batches, name the messages that stay, and leave concurrency to others', () => {
  expect(exampleStack(template, { SecondLookConcurrency: '7' }).resources['SecondLookMapping']).toMatchObject(
    {
      FunctionName: 'SecondLook',
      EventSourceArn: stack.arn('SecondLookQueue'),
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: '7' },
    },
  );
});

describe('the outputs', () => {
  test('tell operators all that they need to reach the parts', () => {
    // What Notifications says is in notices.test.ts.
    const { Notifications: _, ...outputs } = exampleStack(template, { Mode: 'report' }).outputs;
    expect(outputs).toEqual({
      FunctionName: 'EnforceNameTag',
      FunctionArn: stack.arn('EnforceNameTag'),
      RoleArn: stack.arn('EnforceNameTagRole'),
      LogGroupName: 'EnforceNameTagLogGroup',
      RuleName: 'LaunchRule',
      RuleArn: stack.arn('LaunchRule'),
      DeadLetterQueueUrl: queueUrl('DeadLetterQueue'),
      DeadLetterQueueArn: stack.arn('DeadLetterQueue'),
      Mode: 'report',
      MetricsNamespace: 'Ec2NameTagEnforcer',
      NotificationTopicArn: stack.arn('NotificationTopic'),
      NoticeRuleName: 'NoticeRule',
      UndeliveredNoticesQueueUrl: queueUrl('UndeliveredNoticesQueue'),
      SecondLookFunctionName: 'SecondLook',
      SecondLookRoleArn: stack.arn('SecondLookRole'),
      SecondLookMappingId: 'SecondLookMapping',
      SecondLookQueueUrl: queueUrl('SecondLookQueue'),
      StartRuleName: 'StartRule',
      PauseFunctionName: 'Pause',
      DashboardName: 'Dashboard',
    });
  });

  test('name the namespace that the function writes its metrics to', () => {
    const namespaces = new Set(publishedMetrics().map(({ namespace }) => namespace));

    expect([...namespaces]).toEqual([stack.outputs['MetricsNamespace']]);
  });

  test.each(Object.entries(template.Outputs))('describe %s', (_, { Description }) => {
    expect(Description.length).toBeGreaterThan(15);
  });
});
