import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, test } from 'vitest';
import { createStackReader } from '../../../src/ops/aws/cloudformation-stack.ts';
import { mockClient } from '../../support/mock-client.ts';

const cloudFormation = mockClient(CloudFormationClient);
const reader = createStackReader({ region: 'eu-west-1' }, 'enforcer');

const refused = (message: string) => Object.assign(new Error(message), { name: 'ValidationError' });
const resource = (LogicalResourceId: string) => ({
  LogicalResourceId,
  PhysicalResourceId: `physical-${LogicalResourceId}`,
  ResourceType: 'AWS::SQS::Queue',
  LastUpdatedTimestamp: new Date(),
  ResourceStatus: 'CREATE_COMPLETE' as const,
});

beforeEach(() => cloudFormation.reset());

describe('the description of a stack', () => {
  test('gives parameters and outputs by name', async () => {
    cloudFormation.on(DescribeStacksCommand, { StackName: 'enforcer' }).resolves({
      Stacks: [
        {
          StackName: 'enforcer',
          StackId: 'arn',
          StackStatus: 'UPDATE_COMPLETE',
          CreationTime: new Date(),
          Parameters: [{ ParameterKey: 'Mode', ParameterValue: 'report' }, { ParameterKey: 'ExemptTagKeys' }],
          Outputs: [{ OutputKey: 'Mode', OutputValue: 'report' }],
        },
      ],
    });

    expect(await reader.describe()).toEqual({
      stackId: 'arn',
      status: 'UPDATE_COMPLETE',
      parameters: { Mode: 'report', ExemptTagKeys: '' },
      outputs: { Mode: 'report' },
    });
  });

  test('tells that there is no such stack apart from every other failure', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejectsOnce(refused('Stack with id enforcer does not exist'))
      .rejects(refused('1 validation error detected'));

    expect(await reader.describe()).toBeUndefined();
    await expect(reader.describe()).rejects.toThrow('1 validation error');
  });
});

test('template gives it transformed', async () => {
  cloudFormation
    .on(GetTemplateCommand, { StackName: 'enforcer', TemplateStage: 'Processed' })
    .resolves({ TemplateBody: '{}' });

  expect(await reader.template()).toBe('{}');
});

test('resources gives those of every page', async () => {
  cloudFormation
    .on(ListStackResourcesCommand)
    .resolvesOnce({ StackResourceSummaries: [resource('A')], NextToken: 'next' })
    .resolves({ StackResourceSummaries: [resource('B')] });

  expect(await reader.resources()).toEqual([
    { logicalId: 'A', physicalId: 'physical-A', type: 'AWS::SQS::Queue' },
    { logicalId: 'B', physicalId: 'physical-B', type: 'AWS::SQS::Queue' },
  ]);
});
