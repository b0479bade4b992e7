import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { anchors } from '../support/anchors.ts';
import { exampleStack } from '../support/cloudformation/example-stack.ts';
import { at, list, textAt } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { type PublishedMetric, publishedMetrics } from '../support/published-metrics.ts';

const stack = exampleStack(template, {
  KillStormThreshold: '7',
  OrganizationId: 'o-a1b2c3d4e5',
  RunbookUrl: 'https://git.example.com/runbook.md',
});
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

const ofThisStack = 'service=ec2-name-tag-enforcer,stack=example';

/** What each alarm watches: metric, dimension, and above what it rings. */
const watched = {
  DeadLettersAlarm: ['AWS/SQS NumberOfMessagesSent', 'QueueName=DeadLetterQueue', 0],
  UnattendedDeadLettersAlarm: ['AWS/SQS ApproximateNumberOfMessagesVisible', 'QueueName=DeadLetterQueue', 0],
  ExpiringDeadLettersAlarm: [
    'AWS/SQS ApproximateAgeOfOldestMessage',
    'QueueName=DeadLetterQueue',
    10 * 24 * 60 * 60,
  ],
  LostFailuresAlarm: ['AWS/Lambda DestinationDeliveryFailures', 'FunctionName=EnforceNameTag', 0],
  LostEventsAlarm: ['AWS/Events InvocationsFailedToBeSentToDlq', 'RuleName=LaunchRule', 0],
  UndeliveredEventsAlarm: ['AWS/Events InvocationsSentToDlq', 'RuleName=LaunchRule', 0],
  FunctionErrorsAlarm: ['AWS/Lambda Errors', 'FunctionName=EnforceNameTag', 0],
  ThrottlesAlarm: ['AWS/Lambda Throttles', 'FunctionName=EnforceNameTag', 0],
  EventAgeAlarm: ['AWS/Lambda AsyncEventAge', 'FunctionName=EnforceNameTag', 600_000],
  KillStormAlarm: ['Ec2NameTagEnforcer InstancesTerminated', ofThisStack, '7'],
  PauseErrorsAlarm: ['AWS/Lambda Errors', 'FunctionName=Pause', 0],
  FailedNoticesAlarm: ['Ec2NameTagEnforcer NoticesFailed', ofThisStack, 0],
  UndeliveredNoticesAlarm: ['AWS/Events InvocationsSentToDlq', 'RuleName=NoticeRule', 0],
  LostMemberEventsAlarm: [
    'AWS/Events InvocationsFailedToBeSentToDlq',
    'EventBusName=OrganizationBus,RuleName=MemberLaunchRule',
    0,
  ],
  LostMemberStartsAlarm: [
    'AWS/Events InvocationsFailedToBeSentToDlq',
    'EventBusName=OrganizationBus,RuleName=MemberStartRule',
    0,
  ],
  LostStartsAlarm: ['AWS/Events InvocationsFailedToBeSentToDlq', 'RuleName=StartRule', 0],
  WaitingSecondLooksAlarm: ['AWS/SQS ApproximateAgeOfOldestMessage', 'QueueName=SecondLookQueue', 30 * 60],
  SecondLookErrorsAlarm: ['AWS/Lambda Errors', 'FunctionName=SecondLook', 0],
  RefusedMessagesAlarm: ['Ec2NameTagEnforcer MessagesRefused', ofThisStack, 0],
} as const;

/** Those whose end is good news. The others tell of what is lost, or waits for a person. */
const over = new Set([
  'FunctionErrorsAlarm',
  'ThrottlesAlarm',
  'EventAgeAlarm',
  'KillStormAlarm',
  'WaitingSecondLooksAlarm',
  'SecondLookErrorsAlarm',
]);

const alarms = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
  Type === 'AWS::CloudWatch::Alarm' ? [{ id, alarm: stack.resources[id] }] : [],
);

test('there is an alarm for everything that needs a person, and no other', () => {
  const found = alarms.map(({ id, alarm }) => {
    const dimensions = list(at(alarm, 'Dimensions')).map(
      (dimension) => `${textAt(dimension, 'Name')}=${textAt(dimension, 'Value')}`,
    );
    const metric = `${textAt(alarm, 'Namespace')} ${textAt(alarm, 'MetricName')}`;
    return [id, [metric, dimensions.join(), at(alarm, 'Threshold')]];
  });

  expect(Object.fromEntries(found)).toEqual(watched);
});

describe.each(alarms)('$id', ({ id, alarm }) => {
  test('tells the topic when it rings, and that it is over where that is good news', () => {
    const topic = [stack.arn('NotificationTopic')];

    expect(at(alarm, 'AlarmActions')).toEqual(
      id === 'KillStormAlarm' ? [...topic, stack.arn('Pause')] : topic,
    );
    expect(list(alarm?.['OKActions'])).toEqual(over.has(id) ? topic : []);
  });

  test('rings above its threshold, and not for want of data', () => {
    expect(alarm).toMatchObject({
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('says what is wrong, and links to its section of the runbook', () => {
    const description = textAt(alarm, 'AlarmDescription');
    const [, anchor] =
      /What to do: https:\/\/git\.example\.com\/runbook\.md#([a-z-]+)$/.exec(description) ?? [];

    expect(description.length).toBeGreaterThan(100);
    expect(anchors(runbook)).toContain(anchor);
  });
});

// SQS does not count what it moves by itself as sent: the alarm on letters that lie there tells of it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
test('nothing comes into the dead-letter queue by a redrive policy but what ended ten invocations', () => {
  const redriven = Object.entries(stack.resources).filter(([, resource]) => 'RedrivePolicy' in resource);

  expect(redriven.map(([id, resource]) => [id, at(resource, 'RedrivePolicy')])).toEqual([
    ['SecondLookQueue', { deadLetterTargetArn: stack.arn('DeadLetterQueue'), maxReceiveCount: 10 }],
  ]);
});

describe('an alarm on a metric of the function', () => {
  let published: PublishedMetric[];

  beforeAll(async () => {
    published = publishedMetrics();
  });

  test('watches what the function publishes, with its dimensions', () => {
    const own = alarms.filter(({ alarm }) => at(alarm, 'Namespace') === 'Ec2NameTagEnforcer');

    expect(own).toHaveLength(3);
    for (const { alarm } of own) {
      expect(published).toContainEqual({
        namespace: 'Ec2NameTagEnforcer',
        name: at(alarm, 'MetricName'),
        dimensions: Object.fromEntries<unknown>(
          list(at(alarm, 'Dimensions')).map((one) => [textAt(one, 'Name'), textAt(one, 'Value')]),
        ),
      });
    }
  });
});
