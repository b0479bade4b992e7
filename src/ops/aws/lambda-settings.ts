import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  ListTagsCommand,
} from '@aws-sdk/client-lambda';
import { clientSettings, type Connection } from './connection.ts';
import { readFailure } from './failure.ts';

export interface FunctionConfiguration {
  readonly state: string;
  /** `Successful`, `Failed` or `InProgress`. */
  readonly lastUpdate: string;
  readonly lastUpdateReason: string | undefined;
  readonly roleArn: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** How Lambda treats asynchronous invocations that fail. */
export interface AsyncSettings {
  readonly retryAttempts: number | undefined;
  readonly onFailureArn: string | undefined;
}

/** What hands the messages of a queue to the function. */
export interface MappingSettings {
  /** For example `Enabled` or `Disabled`. */
  readonly state: string;
  readonly queueArn: string | undefined;
  /** Whether the function names the messages of a batch that are to stay. */
  readonly reportsFailures: boolean;
}

/** The settings of one function through the AWS SDK. */
export interface FunctionSettings {
  configuration(): Promise<FunctionConfiguration>;
  /** Undefined when nothing is reserved. */
  reservedConcurrency(): Promise<number | undefined>;
  /** Undefined when the function has none, so that Lambda's defaults hold. */
  async(): Promise<AsyncSettings | undefined>;
  /**
   * One of its event source mappings.
   * @returns undefined when there is none of this id
   */
  mapping(id: string): Promise<MappingSettings | undefined>;
  /** Of the function with this ARN. */
  tags(functionArn: string): Promise<Readonly<Record<string, string>>>;
  /** The function's own policy as JSON text; undefined when it has none. */
  policy(): Promise<string | undefined>;
}

export function createFunctionSettings(connection: Connection, FunctionName: string): FunctionSettings {
  const client = new LambdaClient(clientSettings(connection));
  return {
    async configuration() {
      const answer = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return {
        state: answer.State ?? 'unknown',
        lastUpdate: answer.LastUpdateStatus ?? 'unknown',
        lastUpdateReason: answer.LastUpdateStatusReason,
        roleArn: answer.Role,
        environment: answer.Environment?.Variables ?? {},
      };
    },

    async reservedConcurrency() {
      const answer = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
      return answer.ReservedConcurrentExecutions;
    },

    async async() {
      const command = new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: '$LATEST' });
      const answer = await unlessMissing(client.send(command));
      return (
        answer && {
          retryAttempts: answer.MaximumRetryAttempts,
          onFailureArn: answer.DestinationConfig?.OnFailure?.Destination,
        }
      );
    },

    async mapping(UUID) {
      const answer = await unlessMissing(client.send(new GetEventSourceMappingCommand({ UUID })));
      return (
        answer && {
          state: answer.State ?? 'unknown',
          queueArn: answer.EventSourceArn,
          reportsFailures: answer.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
        }
      );
    },

    tags: async (Resource) => (await client.send(new ListTagsCommand({ Resource }))).Tags ?? {},

    policy: async () => (await unlessMissing(client.send(new GetPolicyCommand({ FunctionName }))))?.Policy,
  };
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (readFailure(error)?.kind === 'missing') return undefined;
    throw error;
  }
}
