import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../../support/cloudformation/example-stack.ts';
import {
  at,
  entries,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  keys,
  list,
} from '../../support/cloudformation/json.ts';
import { template as source } from '../../support/cloudformation/project-template.ts';
import { isAllowed, type Request } from '../../support/iam.ts';
import { transformedTemplate } from './transformed-template.ts';

const template = transformedTemplate();
const stack = exampleStack(template);
const { resources } = stack;
const queue = stack.arn('DeadLetterQueue');
const rule = stack.arn('LaunchRule');

const identityPolicies = list(at(resources['EnforceNameTagRole'], 'Policies')).map((policy) =>
  at(policy, 'PolicyDocument'),
);
const resourcePolicy = at(resources['DeadLetterQueuePolicy'], 'PolicyDocument');

/** Whether the queue takes a message that is sent over TLS. */
const maySend = (request: Partial<Request>) =>
  isAllowed({
    action: 'sqs:SendMessage',
    resource: queue,
    resourcePolicy,
    ...request,
    context: { 'aws:SecureTransport': 'true', ...request.context },
  });

describe('an event that the function cannot settle', () => {
  const config = resources['EnforceNameTagEventInvokeConfig'];

  test('is tried three times in all, for at most six hours', () => {
    expect(config).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 6 * 60 * 60 });
  });

  test('then goes to the dead-letter queue, from the function that the rule invokes', () => {
    expect(at(config, 'DestinationConfig', 'OnFailure', 'Destination')).toBe(queue);
    expect(config).toMatchObject({ FunctionName: 'EnforceNameTag', Qualifier: '$LATEST' });
  });

  test('may be sent there by the function', async () => {
    expect(at(resources['EnforceNameTag'], 'Role')).toBe(stack.arn('EnforceNameTagRole'));
    expect(await maySend({ identityPolicies })).toBe(true);
  });
});

describe('an event that the rule cannot deliver', () => {
  const target = at(resources['LaunchRule'], 'Targets', 0);

  test('is tried for at most six hours', () => {
    expect(at(target, 'RetryPolicy')).toEqual({
      MaximumRetryAttempts: 185,
      MaximumEventAgeInSeconds: 6 * 60 * 60,
    });
  });

  test('then goes to the dead-letter queue', () => {
    expect(at(target, 'DeadLetterConfig', 'Arn')).toBe(queue);
  });

  test('may be sent there by EventBridge for this rule, and for no other', async () => {
    const principal = 'events.amazonaws.com';
    const otherRule = `arn:aws:events:${region}:${account}:rule/Another`;

    expect(await maySend({ principal, context: { 'aws:SourceArn': rule } })).toBe(true);
    expect(await maySend({ principal, context: { 'aws:SourceArn': otherRule } })).toBe(false);
    expect(await maySend({ principal })).toBe(false);
  });

  test('may be sent there by no other service, and only sent', async () => {
    const context = { 'aws:SourceArn': rule };

    expect(await maySend({ principal: 'sns.amazonaws.com', context })).toBe(false);
    expect(await maySend({ principal: 'events.amazonaws.com', context, action: 'sqs:ReceiveMessage' })).toBe(
      false,
    );
  });
});

describe('the rule', () => {
  test('is on, on the default bus, and has the function as its one target', () => {
    expect(resources['LaunchRule']).toMatchObject({ State: 'ENABLED' });
    expect(keys(resources['LaunchRule'])).not.toContain('EventBusName');
    expect(list(at(resources['LaunchRule'], 'Targets')).map((target) => at(target, 'Arn'))).toEqual([
      stack.arn('EnforceNameTag'),
    ]);
  });

  test('may invoke the function, and nobody else is given that', () => {
    expect(ofType('AWS::Lambda::Permission').map((id) => resources[id])).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'EnforceNameTag',
        Principal: 'events.amazonaws.com',
        SourceArn: rule,
      },
    ]);
  });
});

describe('the dead-letter queue', () => {
  test('is encrypted, and keeps a message for 14 days', () => {
    expect(resources['DeadLetterQueue']).toEqual({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  test('is the only queue, and the policy is its own', () => {
    expect(ofType('AWS::SQS::Queue')).toEqual(['DeadLetterQueue']);
    expect(at(resources['DeadLetterQueuePolicy'], 'Queues')).toEqual(['DeadLetterQueue']);
  });

  test.each([
    ['EventBridge', { principal: 'events.amazonaws.com', context: { 'aws:SourceArn': rule } }],
    ['the function', { identityPolicies }],
    ['an administrator', { identityPolicies: [administrator()] }],
    ['an administrator who reads', { identityPolicies: [administrator()], action: 'sqs:ReceiveMessage' }],
  ] satisfies [string, Partial<Request>][])(
    'lets %s in over TLS alone',
    async (_, request: Partial<Request>) => {
      const plain = { ...request, context: { ...request.context, 'aws:SecureTransport': 'false' } };

      expect(await maySend(request)).toBe(true);
      expect(await maySend(plain)).toBe(false);
    },
  );
});

describe('reserved concurrency', () => {
  test('is five, or the number asked for', () => {
    expect(properties('EnforceNameTag', {})['ReservedConcurrentExecutions']).toBe('5');
    expect(properties('EnforceNameTag', { ReservedConcurrency: '12' })['ReservedConcurrentExecutions']).toBe(
      '12',
    );
  });

  test('is left off altogether for `none`', () => {
    expect(
      properties('EnforceNameTag', { ReservedConcurrency: 'none' })['ReservedConcurrentExecutions'],
    ).toBeUndefined();
  });
});

describe('the function', () => {
  test('runs the bundle on Node.js 24, on the processor, memory and time asked for', () => {
    const given = { Architecture: 'x86_64', MemorySize: '512', Timeout: '120' };

    expect(resources['EnforceNameTag']).toMatchObject({
      Handler: 'handler.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 60,
    });
    expect(properties('EnforceNameTag', given)).toMatchObject({
      Architectures: ['x86_64'],
      MemorySize: '512',
      Timeout: '120',
    });
  });

  test('writes JSON logs of the level asked for to its own log group', () => {
    const expected = { LogGroup: 'EnforceNameTagLogGroup', LogFormat: 'JSON', SystemLogLevel: 'INFO' };

    expect(properties('EnforceNameTag', {})).toMatchObject({
      LoggingConfig: { ...expected, ApplicationLogLevel: 'INFO' },
    });
    expect(properties('EnforceNameTag', { LogLevel: 'DEBUG' })).toMatchObject({
      LoggingConfig: { ...expected, ApplicationLogLevel: 'DEBUG' },
    });
  });
});

describe('the log group', () => {
  test('keeps lines for 90 days, or for as long as asked for', () => {
    expect(properties('EnforceNameTagLogGroup', {})).toMatchObject({ RetentionInDays: 90 });
    expect(properties('EnforceNameTagLogGroup', { LogRetentionDays: '365' })).toMatchObject({
      RetentionInDays: '365',
    });
  });

  test('outlives its stack, under a name that no other stack takes', () => {
    expect(template.Resources['EnforceNameTagLogGroup']).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(properties('EnforceNameTagLogGroup', {})).toMatchObject({
      LogGroupName: '/aws/lambda/example-0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30',
    });
  });
});

describe('what is granted', () => {
  test('is granted by one role, one queue policy and one permission', () => {
    expect(
      Object.entries(template.Resources).filter(([, { Type }]) => /IAM|Policy|Permission/.test(Type)),
    ).toHaveLength(3);
    expect(ofType('AWS::IAM::Role')).toEqual(['EnforceNameTagRole']);
  });

  test('has no wildcard but the named ones', () => {
    expect(wildcards({ identityPolicies, resourcePolicy })).toEqual([
      // DescribeInstances knows no narrower resource.
      'identityPolicies.0.Statement.0.Resource: *',
      // Instances of this account and region, as far as the guard's conditions let it.
      `identityPolicies.0.Statement.1.Resource: arn:aws:ec2:${region}:${account}:instance/*`,
      `identityPolicies.0.Statement.2.Resource: arn:aws:ec2:${region}:${account}:instance/*`,
      // The streams of the function's own log group.
      `identityPolicies.0.Statement.3.Resource: arn:aws:logs:${region}:${account}:log-group:EnforceNameTagLogGroup:*`,
      // A denial, of plain HTTP, to all.
      'resourcePolicy.Statement.1.Principal: *',
      'resourcePolicy.Statement.1.Action: sqs:*',
    ]);
    expect(at(resourcePolicy, 'Statement', 1, 'Effect')).toBe('Deny');
  });
});

test('the transform leaves parameters and outputs as the template has them', () => {
  expect(template.Parameters).toEqual(source.Parameters);
  expect(template.Outputs).toEqual(source.Outputs);
});

/** Properties of a resource in a stack with these parameters. */
function properties(logicalId: string, parameters: Record<string, string>): JsonObject {
  return exampleStack(template, parameters).resources[logicalId] ?? {};
}

function ofType(type: string): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []));
}

function administrator(): Json {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
}

/** Path and text of every string that holds a `*`. */
function wildcards(value: Json, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return value.includes('*') ? [`${path.join('.')}: ${value}`] : [];
  if (isJsonArray(value)) return value.flatMap((item, index) => wildcards(item, [...path, String(index)]));
  if (!isJsonObject(value)) return [];
  return entries(value).flatMap(([key, inner]) => wildcards(inner, [...path, key]));
}
