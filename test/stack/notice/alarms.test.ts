import { DescribeAlarmsCommand, GetDashboardCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { template } from '../../support/cloudformation/project-template.ts';
import { region } from '../setup/environment.ts';
import { countMessages } from '../ops/letters-in-queue.ts';
import { cloudWatch, ec2, lambda, sqs } from '../support/clients.ts';
import { soon } from '../support/fates.ts';
import { launchWithSdk, withUnknownInstance } from '../support/launches.ts';
import { type Listener, listenToTopic } from '../support/listener.ts';
import { putRolePolicy, rolePolicy, shutFunction, shutTopicToNotices, without } from '../support/policies.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { deliverStarts } from '../support/starts.ts';
import { deliver, eventOf } from '../support/trail.ts';

const stackName = 'alarmed';
const runbook = 'https://git.example.com/runbook.md';
let stack: Outputs;
let topic: Listener;

beforeAll(async () => {
  stack = await deploy(stackName, { Timeout: '15', KillStormThreshold: '2', RunbookUrl: runbook });
  topic = await listenToTopic('alarms-of-the-topic', stack.NotificationTopicArn);
});
afterAll(async () => {
  await topic.close();
  await remove(stackName);
});

const alarmsOfStack = async () => {
  const { MetricAlarms: alarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  return alarms.filter(({ AlarmName }) => AlarmName?.startsWith(`${stackName}-`));
};
const stateOf = async (logicalId: string) =>
  (await alarmsOfStack()).find(({ AlarmName }) => AlarmName?.startsWith(`${stackName}-${logicalId}-`))
    ?.StateValue;

const Alarm = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ AlarmDescription: v.string(), NewStateValue: v.literal('ALARM') }),
);

/** How often the topic has told of an alarm that links to this section. */
const told = async (section: string): Promise<number> =>
  (await topic.heard())
    .map((body) => v.safeParse(Alarm, body))
    .filter(({ success, output }) => success && output.AlarmDescription.endsWith(`${runbook}#${section}`))
    .length;

test('every alarm of a stack that is no hub is there, tells the topic and links to the runbook', async () => {
  const declared = Object.values(template.Resources).filter(
    ({ Type, Condition }) => Type === 'AWS::CloudWatch::Alarm' && Condition === undefined,
  );

  const alarms = await alarmsOfStack();

  expect(alarms).toHaveLength(declared.length);
  for (const { AlarmActions, AlarmDescription, ActionsEnabled } of alarms) {
    expect(AlarmActions).toEqual([stack.NotificationTopicArn]);
    expect(AlarmDescription).toContain(`${runbook}#`);
    expect(ActionsEnabled).toBe(true);
  }
});

test('the dashboard is there, with the names of this stack filled in', async () => {
  const { DashboardBody: body } = await cloudWatch.send(
    new GetDashboardCommand({ DashboardName: `${stackName}-${region}` }),
  );

  expect(JSON.parse(body ?? '')).toHaveProperty('widgets.length', 17);
  expect(body).toContain(`"FunctionName", "${stack.FunctionName}"`);
  expect(body).not.toContain('${');
});

// A minute of an alarm lasts a second on local AWS.
describe('a dead letter', () => {
  test('is told, and so is the next one, while the first still lies there', async () => {
    await launchProtected();
    await expect.poll(async () => told('dead-letters'), soon).toBe(1);
    await expect.poll(async () => stateOf('DeadLettersAlarm'), soon).toBe('OK');

    await launchProtected();

    await expect.poll(async () => told('dead-letters'), soon).toBe(2);
    expect(await countMessages(stack.DeadLetterQueueUrl)).toEqual({ waiting: 2, held: 0 });
  });

  test('is told again when nobody sees to it for a quarter of an hour', async () => {
    await expect.poll(async () => told('unattended-dead-letters'), soon).toBe(1);
  });

  test('is told again after ten days, before it is lost', async () => {
    const QueueName = stack.DeadLetterQueueUrl.split('/').at(-1);

    await putMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName }, 10 * 86_400 + 1);

    await expect.poll(async () => told('expiring-dead-letters'), soon).toBe(1);
  });
});

/** What makes each of the others ring; those first that leave the stack whole. */
const causes: readonly [string, () => Promise<unknown>][] = [
  ['kill-storm', async () => launchNameless(3)],
  [
    'throttles',
    async () => {
      const { FunctionName } = stack;
      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
      // Each takes the function until its time is up, and comes again.
      await Promise.all([launchInvisible(), launchInvisible()]);
    },
  ],
  [
    'event-age',
    async () => {
      const { FunctionName } = stack;
      await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
      // Nothing here waits for ten minutes.
      await putMetric('AWS/Lambda', 'AsyncEventAge', { FunctionName }, 600_001);
    },
  ],
  [
    'undelivered-notices',
    async () => {
      await shutTopicToNotices(stack.NotificationTopicArn);
      await launchNameless();
    },
  ],
  [
    'failed-notices',
    async () => {
      await loseFromRole('TellPeople');
      await launchNameless();
    },
  ],
  [
    'waiting-second-looks',
    async () => {
      const QueueName = stack.SecondLookQueueUrl.split('/').at(-1);
      // Nothing here waits for half an hour.
      await putMetric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName }, 1_801);
    },
  ],
  [
    'second-look-errors',
    async () => {
      const { SecondLookFunctionName: FunctionName } = stack;
      const Payload = Buffer.from(JSON.stringify({ no: 'batch' }));
      await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    },
  ],
  [
    'pause-errors',
    async () => {
      const { PauseFunctionName: FunctionName } = stack;
      const Payload = Buffer.from(JSON.stringify({ action: 'pause' }));
      await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    },
  ],
  [
    'refused-messages',
    async () => {
      await loseFromRole('HandOver', stack.SecondLookRoleArn);
      await sqs.send(
        new SendMessageCommand({ QueueUrl: stack.SecondLookQueueUrl, MessageBody: '{', DelaySeconds: 0 }),
      );
    },
  ],
  [
    'lost-failures',
    async () => {
      await loseFromRole('HandOver');
      await launchInvisible();
    },
  ],
  [
    'undelivered-events',
    async () => {
      await shutFunction(stack.FunctionName);
      await launchNameless();
    },
  ],
  [
    'lost-events',
    async () => {
      const { DeadLetterQueueUrl: QueueUrl } = stack;
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
      await launchNameless();
    },
  ],
  [
    'lost-starts',
    async () => {
      const { SecondLookQueueUrl: QueueUrl } = stack;
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
      await deliverStarts(['i-0123456789abcdef0']);
    },
  ],
];

test.each(causes)('the alarm on %s tells of its cause', async (section, cause) => {
  expect(await told(section)).toBe(0);

  await cause();

  await expect.poll(async () => told(section), { ...soon, timeout: 60_000 }).toBeGreaterThan(0);
});

test('the alarm on function errors tells of the launches that failed again and again', async () => {
  await expect.poll(async () => told('function-errors'), soon).toBeGreaterThan(0);
});

test('a notice that could not be handed to the topic is kept', async () => {
  const { waiting } = await countMessages(stack.UndeliveredNoticesQueueUrl);

  // One of a launch that was throttled before may be among them.
  expect(waiting).toBeGreaterThan(0);
});

test('there is no other alarm', async () => {
  const sections = (await alarmsOfStack()).map(({ AlarmDescription }) => AlarmDescription?.split('#').at(-1));
  const shown = [
    'dead-letters',
    'unattended-dead-letters',
    'expiring-dead-letters',
    'function-errors',
    ...causes.map(([section]) => section),
  ];

  expect(new Set(sections)).toEqual(new Set(shown));
});

test('with no address given, the output says that nobody is told', () => {
  expect(stack.Notifications).toMatch(/^Nobody/);
});

async function launchNameless(count = 1): Promise<void> {
  await deliver(eventOf((await launchWithSdk({ count })).call));
}

/** A launch that cannot be settled. */
async function launchProtected(): Promise<void> {
  const { instanceIds, call } = await launchWithSdk();
  for (const InstanceId of instanceIds) {
    const DisableApiTermination = { Value: true };
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination }));
  }
  await deliver(eventOf(call));
}

async function launchInvisible(): Promise<void> {
  const { call } = await launchWithSdk();
  await deliver(eventOf(withUnknownInstance(call, 'i-0123456789abcdef0')));
}

async function loseFromRole(sid: string, role = stack.RoleArn): Promise<void> {
  await putRolePolicy(role, without(await rolePolicy(role), sid));
}

async function putMetric(
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string | undefined>>,
  Value: number,
): Promise<void> {
  const Dimensions = Object.entries(dimensions).map(([Name, DimensionValue]) => ({
    Name,
    Value: DimensionValue,
  }));
  await cloudWatch.send(
    new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName, Dimensions, Value }] }),
  );
}
