import { DescribeAlarmsCommand, GetDashboardCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { template } from '../../support/cloudformation/project-template.ts';
import { region } from '../setup/environment.ts';
import { cloudWatch } from '../support/clients.ts';
import { soon } from '../support/fates.ts';
import { type Listener, listenToTopic } from '../support/listener.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';

const stackName = 'alarmed';
let stack: Outputs;
let topic: Listener;

beforeAll(async () => {
  stack = await deploy(stackName, {
    KillStormThreshold: '7',
    RunbookUrl: 'https://git.example.com/runbook.md',
  });
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

test('every alarm of the template is there, tells the topic and links to the runbook', async () => {
  const declared = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');

  const alarms = await alarmsOfStack();

  expect(alarms).toHaveLength(declared.length);
  for (const { AlarmActions, AlarmDescription, ActionsEnabled } of alarms) {
    expect(AlarmActions).toEqual([stack.NotificationTopicArn]);
    expect(AlarmDescription).toContain('https://git.example.com/runbook.md#');
    expect(ActionsEnabled).toBe(true);
  }
});

test('the kill storm has the threshold asked for', async () => {
  const alarms = await alarmsOfStack();

  expect(alarms.find(({ MetricName }) => MetricName === 'InstancesTerminated')?.Threshold).toBe(7);
});

test('an alarm that rings reaches who subscribes to the topic, and says what to do', async () => {
  const deadLetters = (await alarmsOfStack()).find(
    ({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible',
  );

  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: deadLetters?.AlarmName, StateValue: 'ALARM', StateReason: 'test' }),
  );

  await expect
    .poll(async () => topic.heard(), soon)
    .toContainEqual(expect.stringContaining('https://git.example.com/runbook.md#dead-letters'));
});

test('the dashboard is there, with the names of this stack filled in', async () => {
  const { DashboardBody: body } = await cloudWatch.send(
    new GetDashboardCommand({ DashboardName: `${stackName}-${region}` }),
  );

  expect(JSON.parse(body ?? '')).toHaveProperty('widgets.length', 13);
  expect(body).toContain(`"FunctionName", "${stack.FunctionName}"`);
  expect(body).not.toContain('${');
});
