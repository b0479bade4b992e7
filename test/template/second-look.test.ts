import { describe, expect, test } from 'vitest';
import { account, exampleStack, region, stackUuid } from '../support/cloudformation/example-stack.ts';
import { at, list } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { isAllowed, type Request } from '../support/iam.ts';

const stack = exampleStack(template);
const { resources } = stack;
const queue = resources['SecondLookQueue'];
const mapping = resources['SecondLookMapping'];

describe('the rule for starts', () => {
  const rule = resources['StartRule'];

  test("matches every start of an instance of the stack's account, and no other change of state", () => {
    expect(at(rule, 'EventPattern')).toEqual({
      account: [account],
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
      detail: { state: ['running'] },
    });
  });

  test('is on, and puts them into the second-look queue, as they are', () => {
    expect(rule).toMatchObject({ State: 'ENABLED' });
    expect(list(at(rule, 'Targets'))).toEqual([
      expect.objectContaining({ Id: 'SecondLookQueue', Arn: stack.arn('SecondLookQueue') }),
    ]);
    expect(at(rule, 'Targets', 0)).not.toHaveProperty('InputTransformer');
  });

  test('tries for six hours, as the rule for launches, and keeps what it could not deliver', () => {
    const target = at(rule, 'Targets', 0);
    const ofLaunches = at(resources['LaunchRule'], 'Targets', 0);

    expect(at(target, 'RetryPolicy')).toEqual(at(ofLaunches, 'RetryPolicy'));
    expect(at(target, 'DeadLetterConfig', 'Arn')).toBe(stack.arn('DeadLetterQueue'));
  });
});

describe('the second-look queue', () => {
  test('gives the launch event two minutes, is encrypted, and keeps a message for 14 days', () => {
    expect(queue).toMatchObject({
      DelaySeconds: 120,
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  // Lambda refuses a mapping otherwise: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  test('hides a message for longer than any invocation may take', () => {
    expect(at(queue, 'VisibilityTimeout')).toBeGreaterThan(
      template.Parameters['Timeout']?.MaxValue ?? Infinity,
    );
  });

  test('gives a message that kills its invocations to the dead-letter queue, which takes none of another queue', () => {
    expect(at(queue, 'RedrivePolicy')).toEqual({
      deadLetterTargetArn: stack.arn('DeadLetterQueue'),
      maxReceiveCount: 10,
    });
    const name = `name-tag-enforcer-second-look-${stackUuid}`;
    expect(at(queue, 'QueueName')).toBe(name);
    expect(at(resources['DeadLetterQueue'], 'RedriveAllowPolicy')).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [`arn:aws:sqs:${region}:${account}:${name}`],
    });
  });

  describe('lets in', () => {
    const resource = stack.arn('SecondLookQueue');
    const resourcePolicy = at(resources['SecondLookQueuePolicy'], 'PolicyDocument');
    const maySend = (context: Request['context'], request: Partial<Request> = {}) =>
      isAllowed({
        action: 'sqs:SendMessage',
        resource,
        resourcePolicy,
        principal: 'events.amazonaws.com',
        ...request,
        context: { 'aws:SecureTransport': 'true', ...context },
      });
    const own = { 'aws:SourceArn': stack.arn('StartRule') };

    test('EventBridge for the rule for starts, and for no other', async () => {
      expect(await maySend(own)).toBe(true);
      expect(await maySend({ 'aws:SourceArn': stack.arn('LaunchRule') })).toBe(false);
      expect(await maySend({})).toBe(false);
    });

    test('no other service, and EventBridge only to send', async () => {
      expect(await maySend(own, { principal: 'sns.amazonaws.com' })).toBe(false);
      expect(await maySend(own, { action: 'sqs:ReceiveMessage' })).toBe(false);
    });

    test('nobody without TLS, an administrator neither', async () => {
      const plain = { 'aws:SecureTransport': 'false' };
      const administrator = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      };

      expect(await maySend({ ...own, ...plain })).toBe(false);
      for (const action of ['sqs:SendMessage', 'sqs:ReceiveMessage']) {
        const byHand = {
          action,
          principal: `arn:aws:iam::${account}:user/ada`,
          identityPolicies: [administrator],
        };
        expect(await maySend({}, byHand)).toBe(true);
        expect(await maySend(plain, byHand)).toBe(false);
      }
    });
  });
});

describe('the dead-letter queue', () => {
  test.each(['LaunchRule', 'StartRule'])('takes what EventBridge could not deliver for %s', async (rule) => {
    const allowed = await isAllowed({
      action: 'sqs:SendMessage',
      resource: stack.arn('DeadLetterQueue'),
      resourcePolicy: at(resources['DeadLetterQueuePolicy'], 'PolicyDocument'),
      principal: 'events.amazonaws.com',
      context: { 'aws:SecureTransport': 'true', 'aws:SourceArn': stack.arn(rule) },
    });

    expect(allowed).toBe(true);
  });
});

describe('the mapping', () => {
  test('hands the function batches of the queue, and deletes what the function does not name', () => {
    expect(mapping).toEqual({
      FunctionName: 'SecondLook',
      EventSourceArn: stack.arn('SecondLookQueue'),
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('hands it as many at a time as asked for', () => {
    const asked = exampleStack(template, { SecondLookConcurrency: '20' });

    expect(at(asked.resources['SecondLookMapping'], 'ScalingConfig', 'MaximumConcurrency')).toBe('20');
  });
});

test('a launch that failed at every try is looked at again', () => {
  expect(at(resources['EnforceNameTag'], 'EventInvokeConfig', 'DestinationConfig', 'OnFailure')).toEqual({
    Type: 'SQS',
    Destination: stack.arn('SecondLookQueue'),
  });
});

test('both functions are of one bundle, and write to one log group, where the story of an instance is whole', () => {
  const { EnforceNameTag: launches, SecondLook: looks } = resources;

  expect(at(looks, 'Handler')).toBe('second-look.handler');
  for (const member of ['CodeUri', 'Runtime', 'Architectures', 'MemorySize', 'Timeout', 'LoggingConfig'])
    expect(at(looks, member)).toEqual(at(launches, member));
});
