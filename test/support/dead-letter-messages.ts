import type { QueueMessage } from '../../src/ops/aws/sqs-queue.ts';
import type { Owner } from '../../src/ops/dead-letters/owner.ts';
import { UnsettledInstancesError } from '../../src/enforcer/settlement-errors.ts';
import { launchEvent } from './launch-events.ts';
import { source } from './launches.ts';
import { startEvent } from './second-look-messages.ts';

/** Messages of the dead-letter queue for tests, in the forms that AWS documents. */

export const owner = {
  launches: {
    functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag',
    ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/LaunchRule',
  },
  secondLook: {
    functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:SecondLook',
    ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/StartRule',
    queueArn: 'arn:aws:sqs:eu-west-1:111122223333:SecondLookQueue',
  },
  hub: undefined,
} as const satisfies Owner;

/** The error of a launch with one instance that is protected. */
export const protectedError = new UnsettledInstancesError(source, [
  {
    instanceId: 'i-0123456789abcdef0',
    outcome: 'failed',
    reason: 'protected',
    detail: 'OperationNotPermitted',
  },
]).message;

/**
 * The body of a record that Lambda sends to the OnFailure destination:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function failureRecord(
  event: unknown = launchEvent(),
  error: { readonly type?: string; readonly message?: string } = {},
): Record<string, unknown> {
  return {
    version: '1.0',
    timestamp: '2026-03-01T10:15:30.123Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-4a21-b3fb-1ba1a9d2ce3e',
      functionArn: `${owner.launches.functionArn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: {
      errorType: error.type ?? 'UnsettledInstancesError',
      errorMessage: error.message ?? protectedError,
      trace: [],
    },
  };
}

/**
 * The attributes of an event that the rule could not deliver:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export const undeliveredAttributes = {
  RULE_ARN: owner.launches.ruleArn,
  TARGET_ARN: owner.launches.functionArn,
  ERROR_CODE: 'NO_PERMISSIONS',
  ERROR_MESSAGE: 'User is not authorized to perform: lambda:InvokeFunction',
  EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  RETRY_ATTEMPTS: '185',
};

/**
 * The attributes of a Lambda dead-letter queue:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
export const functionDeadLetterAttributes = {
  RequestID: 'e4b46cbf-b738-4a21-b3fb-1ba1a9d2ce3e',
  ErrorCode: '200',
  ErrorMessage: protectedError,
};

/** A message as the queue hands it out. */
export function queueMessage(
  body: unknown,
  attributes: Readonly<Record<string, string>> = {},
  movedFrom?: string,
): QueueMessage {
  return {
    messageId: '0a1b2c3d-0000-4000-8000-000000000001',
    receiptHandle: 'receipt',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes,
    sentAt: Date.parse('2026-03-01T10:15:31Z'),
    receiveCount: 1,
    movedFrom,
  };
}

/** EC2's own signal that an instance of the launch of these tests came to run. */
export function startOf(parts: Parameters<typeof startEvent>[0] = {}) {
  return startEvent({
    instanceId: 'i-0123456789abcdef0',
    region: 'eu-west-1',
    time: '2026-03-01T10:15:30Z',
    ...parts,
  });
}

/** The enforcer's own message of these instances. */
export function ownMessage(dueAt: string, ...instanceIds: readonly string[]) {
  return {
    version: 1,
    instanceIds,
    account: '111122223333',
    region: 'eu-west-1',
    dueAt,
    launch: {
      launcher: 'arn:aws:iam::111122223333:user/lena',
      launchedWith: 'console',
      launchedAt: '2026-03-01T10:15:30Z',
    },
  };
}

/** A dead letter that the function for second looks puts into the queue itself. */
export function secondLookRecord(payload: unknown, message = protectedError): Record<string, unknown> {
  return {
    version: '1.0',
    timestamp: '2026-03-01T10:15:30.123Z',
    requestContext: {
      functionArn: owner.secondLook.functionArn,
      condition: 'NotRetryable',
      approximateInvokeCount: 1,
    },
    responsePayload: { errorType: 'UnsettledInstancesError', errorMessage: message },
    requestPayload: payload,
  };
}
