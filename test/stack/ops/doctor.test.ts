import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { DescribeAlarmsCommand, SetAlarmStateCommand, StateValue } from '@aws-sdk/client-cloudwatch';
import { DisableRuleCommand, ListTargetsByRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { ListRolePoliciesCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, credentials, environment, region } from '../setup/environment.ts';
import { run } from '../../../src/local/aws/run.ts';
import { cloudWatch, eventBridge, iam, lambda, localAws, sns, sqs } from '../support/clients.ts';
import { fatesOf, soon } from '../support/fates.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { deliverStarts } from '../support/starts.ts';
import { deliver, eventOf } from '../support/trail.ts';
import { putMessages } from './letters-in-queue.ts';
import { ops, opsJson } from './run-ops.ts';

const stackName = 'doctored';
const settings = { region, credentials, endpoint: localAws.aws };
const cloudTrail = new CloudTrailClient(settings);
const trail = 'doctored';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'doctored-trail' }));
});
afterAll(async () => {
  await cloudTrail.send(new DeleteTrailCommand({ Name: trail }));
  await remove(stackName);
});

const Report = v.object({
  checks: v.array(
    v.object({ name: v.string(), status: v.string(), found: v.string(), fix: v.optional(v.string(), '') }),
  ),
});
type Checks = v.InferOutput<typeof Report>['checks'];

const examine = async (...args: readonly string[]): Promise<Checks> =>
  v.parse(Report, await opsJson(stackName, 'doctor', ...args)).checks;
const namesOf = (checks: Checks, status: string): string[] =>
  checks.filter((check) => check.status === status).map(({ name }) => name);

test('says what is missing in a new account, and how to fix it', async () => {
  const checks = await examine();

  expect(namesOf(checks, 'fail')).toEqual(['A trail logs launches', 'Somebody is told']);
  const fixes = checks.filter(({ status }) => status === 'fail').map(({ fix }) => fix);
  expect(fixes).toEqual([
    expect.stringContaining('CreateTrail=true'),
    expect.stringContaining('NotificationEmail='),
  ]);
  expect(namesOf(checks, 'warn')).toEqual(expect.arrayContaining(['Last invocation', 'Last settled launch']));
  expect(namesOf(checks, 'unknown')).toEqual([]);
});

test('is content with a stack that works, and the probe starts nothing', async () => {
  await cloudTrail.send(new CreateTrailCommand({ Name: trail, S3BucketName: 'doctored-trail' }));
  await cloudTrail.send(new StartLoggingCommand({ Name: trail }));
  await sns.send(
    new SubscribeCommand({
      TopicArn: stack.NotificationTopicArn,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${region}:${account}:operators`,
    }),
  );
  const { instanceIds, call } = await launchWithSdk();
  await deliver(eventOf(call));
  await deliverStarts(instanceIds);
  await expect.poll(async () => fatesOf(instanceIds), soon).toEqual(['dead']);
  // The log comes when the invocation has ended.
  await expect.poll(logged, soon).toContain('instance settled');

  const checks = await examine('--probe');

  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(checks.find(({ name }) => name.startsWith('Last settled'))?.found).toContain(
    `${instanceIds[0]} terminated`,
  );
  expect(checks.find(({ name }) => name.startsWith('Probe'))?.found).toBe('Ignored, failed-call');
});

test('finds each thing that is off, and the commands that it prints fix them', async () => {
  await breakEverything();

  const broken = await examine();

  expect(namesOf(broken, 'fail')).toEqual([
    'A trail logs launches',
    'The rule for launches is enabled',
    'What the rule for launches cannot deliver is kept',
    'The enforcer is not paused',
    'EnforceNameTag lets the rule in',
    'EnforceNameTag does what the stack says',
    'EnforceNameTag has concurrency to run',
    'What EnforceNameTag fails at is tried again and kept',
    'The role of EnforceNameTag is as in the template',
    'The dead-letter queue lets the rules in',
    'The alarms are there and quiet',
  ]);
  expect(namesOf(broken, 'warn')).toContain('The dead-letter queue is empty');
  expect(broken.find(({ name }) => name.startsWith('The role of EnforceNameTag'))?.found).toContain(
    'the policy by-hand is added',
  );
  expect(broken.every(({ status, fix }) => status === 'ok' || fix !== '')).toBe(true);

  for (const { fix } of broken) await runCommandIn(fix);

  const fixed = namesOf(await examine(), 'ok');
  expect(fixed).toEqual(
    expect.arrayContaining([
      'A trail logs launches',
      'The rule for launches is enabled',
      'EnforceNameTag lets the rule in',
      'EnforceNameTag has concurrency to run',
      'The role of EnforceNameTag is as in the template',
    ]),
  );
});

test('for people: a line of verdict, and exit code 1 for what was found', async () => {
  const { code, stdout } = await ops(stackName, 'doctor');

  expect(code).toBe(1);
  expect(stdout).toContain(`${stackName} is not fully on: `);
  expect(stdout).toContain('-> Put it back as the template has it');
  expect(stdout).toContain('ParameterKey=Mode,UsePreviousValue=true');
});

const logged = async () => (await logLines(stack.LogGroupName)).map(({ message }) => message);

/** As somebody might by hand, in a hurry. */
async function breakEverything(): Promise<void> {
  const { FunctionName, RuleName: Rule, DeadLetterQueueUrl: QueueUrl } = stack;
  await cloudTrail.send(new StopLoggingCommand({ Name: trail }));
  await eventBridge.send(new DisableRuleCommand({ Name: Rule }));
  const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule }));
  await eventBridge.send(
    new PutTargetsCommand({ Rule, Targets: Targets.map(({ Id, Arn }) => ({ Id, Arn })) }),
  );
  const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  const StatementId = /"Sid": ?"([^"]+)"/.exec(Policy)?.[1] ?? '';
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { MODE: 'report' } } }),
  );
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  await lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: '$LATEST' }));
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const RoleName =
    Roles.map((role) => role.RoleName ?? '').find((name) =>
      name.startsWith(`${stackName}-EnforceNameTagRole`),
    ) ?? '';
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  expect(PolicyNames).toHaveLength(1);
  const Statement = [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'by-hand', PolicyDocument }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
  await putMessages(QueueUrl, [{ body: 'hello' }]);
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: stackName }),
  );
  // One whose metric has no data here, so that it stays as it is set.
  const lost = MetricAlarms.find(({ MetricName }) => MetricName === 'DestinationDeliveryFailures');
  const ring = { StateValue: StateValue.ALARM, StateReason: 'A test rings it.' };
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: lost?.AlarmName, ...ring }));
}

/** Runs the `aws` command of a line, as a person would copy it. */
async function runCommandIn(fix: string): Promise<void> {
  const [, command] = /(?:^|: )aws (.*)$/.exec(fix) ?? [];
  if (command === undefined || command.includes('logs tail')) return;
  const { code, stderr } = await run('aws', command.split(' '), { env: environment(localAws) });
  expect(`${code} ${stderr}`).toBe('0 ');
}
