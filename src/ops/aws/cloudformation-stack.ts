import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { clientSettings, type Connection } from './connection.ts';

/** A stack as CloudFormation shows it. */
export interface DeployedStack {
  readonly stackId: string;
  /** For example `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** One stack through the AWS SDK. */
export interface StackReader {
  /** The stack; undefined when there is none of that name. */
  describe(): Promise<DeployedStack | undefined>;
  /** The template that the stack was made from, transformed, as JSON text. */
  template(): Promise<string>;
  resources(): Promise<StackResource[]>;
}

/** @param stackName its name or ARN */
export function createStackReader(connection: Connection, stackName: string): StackReader {
  const client = new CloudFormationClient(clientSettings(connection));
  return {
    async describe() {
      const answer = await client
        .send(new DescribeStacksCommand({ StackName: stackName }))
        .catch((error: unknown) => {
          if (isNoSuchStack(error)) return undefined;
          throw error;
        });
      const stack = answer?.Stacks?.[0];
      return (
        stack && {
          stackId: stack.StackId ?? stackName,
          status: stack.StackStatus ?? 'UNKNOWN',
          parameters: Object.fromEntries(
            (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [
              ParameterKey,
              ParameterValue,
            ]),
          ),
          outputs: Object.fromEntries(
            (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
          ),
        }
      );
    },

    async template() {
      const answer = await client.send(
        new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Processed' }),
      );
      return answer.TemplateBody ?? '';
    },

    async resources() {
      const resources: StackResource[] = [];
      for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
        for (const resource of page.StackResourceSummaries ?? []) {
          const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } = resource;
          resources.push({
            logicalId: LogicalResourceId,
            physicalId: PhysicalResourceId,
            type: ResourceType,
          });
        }
      }
      return resources;
    },
  };
}

/**
 * CloudFormation has no error of its own for it: a ValidationError whose message says so.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
function isNoSuchStack(error: unknown): boolean {
  return (
    error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')
  );
}
