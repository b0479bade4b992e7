import { describe, expect, test } from 'vitest';
import { account, region } from '../../support/cloudformation/example-stack.ts';
import { at, type Json, keys, list } from '../../support/cloudformation/json.ts';
import { isAllowed, type Request } from '../../support/iam.ts';
import { identityPolicies, ofType, resourcePolicy, stack } from './deployed.ts';

const { resources } = stack;
const queue = stack.arn('DeadLetterQueue');
const rule = stack.arn('LaunchRule');

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

  test('then goes to the second-look queue, from the function that the rule invokes', () => {
    expect(at(config, 'DestinationConfig', 'OnFailure', 'Destination')).toBe(stack.arn('SecondLookQueue'));
    expect(config).toMatchObject({ FunctionName: 'EnforceNameTag', Qualifier: '$LATEST' });
  });

  test('may be sent there by the function, and to the dead-letter queue', async () => {
    expect(at(resources['EnforceNameTag'], 'Role')).toBe(stack.arn('EnforceNameTagRole'));
    expect(await maySend({ identityPolicies })).toBe(true);
    expect(
      await maySend({
        identityPolicies,
        resource: stack.arn('SecondLookQueue'),
        resourcePolicy: at(resources['SecondLookQueuePolicy'], 'PolicyDocument'),
      }),
    ).toBe(true);
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
    const permissions = ofType('AWS::Lambda::Permission').flatMap((id) => resources[id] ?? []);

    expect(permissions.filter((permission) => at(permission, 'FunctionName') !== 'Pause')).toEqual([
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
    expect(resources['DeadLetterQueue']).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  test('has a policy of its own', () => {
    expect(at(resources['DeadLetterQueuePolicy'], 'Queues')).toEqual([stack.outputs['DeadLetterQueueUrl']]);
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

function administrator(): Json {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
}
