import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFunctionSettings } from '../../../src/ops/aws/lambda-settings.ts';
import { mockClient } from '../../support/mock-client.ts';

const lambda = mockClient(LambdaClient);
const settings = createFunctionSettings({ region: 'eu-west-1' }, 'enforce');
const missing = Object.assign(new Error('not found'), { name: 'ResourceNotFoundException' });

beforeEach(() => lambda.reset());

test('the configuration tells state, last update, role and environment', async () => {
  lambda.on(GetFunctionConfigurationCommand).resolves({
    State: 'Active',
    LastUpdateStatus: 'Failed',
    LastUpdateStatusReason: 'why',
    Role: 'arn',
    Environment: { Variables: { MODE: 'report' } },
  });

  expect(await settings.configuration()).toEqual({
    state: 'Active',
    lastUpdate: 'Failed',
    lastUpdateReason: 'why',
    roleArn: 'arn',
    environment: { MODE: 'report' },
  });
});

test.each([[0], [5], [undefined]])('reserved concurrency may be %s', async (reserved) => {
  lambda
    .on(GetFunctionConcurrencyCommand)
    .resolves(reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved });

  expect(await settings.reservedConcurrency()).toBe(reserved);
});

test('the settings of asynchronous invocations are those of the version that EventBridge invokes', async () => {
  lambda.on(GetFunctionEventInvokeConfigCommand, { FunctionName: 'enforce', Qualifier: '$LATEST' }).resolves({
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: 'arn:queue' } },
  });

  expect(await settings.async()).toEqual({ retryAttempts: 2, onFailureArn: 'arn:queue' });
});

describe('what was never set', () => {
  test('is undefined', async () => {
    lambda.on(GetFunctionEventInvokeConfigCommand).rejects(missing);
    lambda.on(GetPolicyCommand).rejects(missing);

    expect(await settings.async()).toBeUndefined();
    expect(await settings.policy()).toBeUndefined();
  });

  test('is told apart from what may not be seen', async () => {
    lambda.on(GetPolicyCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));

    await expect(settings.policy()).rejects.toThrow('no');
  });
});

describe('an event source mapping', () => {
  test('tells its state, its queue, and whether messages may stay', async () => {
    lambda.on(GetEventSourceMappingCommand, { UUID: 'id' }).resolves({
      State: 'Disabled',
      EventSourceArn: 'queue',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });

    expect(await settings.mapping('id')).toEqual({
      state: 'Disabled',
      queueArn: 'queue',
      reportsFailures: true,
    });
  });

  test('that is gone is undefined', async () => {
    lambda.on(GetEventSourceMappingCommand).rejects(missing);

    expect(await settings.mapping('id')).toBeUndefined();
  });
});
