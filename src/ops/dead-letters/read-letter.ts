import * as v from 'valibot';
import type { QueueMessage } from '../aws/sqs-queue.ts';
import { InvalidEventError } from '../../enforcer/errors.ts';
import { readLaunch } from '../../enforcer/read-launch.ts';
import { causesOf } from './causes.ts';
import type { Contents, Letter, Origin } from './letter.ts';

/*
 * The forms of the queue's messages, as AWS documents them. What merely informs may be missing.
 */

const informs = v.fallback(v.optional(v.string()), undefined);

/**
 * The body of a record that Lambda sends to an OnFailure destination. `requestPayload` is missing when request and
 * response were too large together.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const InvocationRecord = v.object({
  requestContext: v.object({
    functionArn: v.string(),
    condition: v.string(),
    approximateInvokeCount: v.fallback(v.optional(v.number()), undefined),
  }),
  requestPayload: v.optional(v.unknown()),
  responsePayload: v.fallback(v.optional(v.object({ errorType: informs, errorMessage: informs })), undefined),
});

/**
 * The message attributes of an event that a rule could not deliver; the body is the event.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
const UndeliveredAttributes = v.object({
  RULE_ARN: v.string(),
  ERROR_CODE: v.fallback(v.string(), 'UNKNOWN'),
  ERROR_MESSAGE: informs,
  EXHAUSTED_RETRY_CONDITION: informs,
  RETRY_ATTEMPTS: informs,
});

/**
 * The message attributes of a Lambda dead-letter queue; the body is the event.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
const FunctionDeadLetterAttributes = v.object({
  RequestID: v.string(),
  ErrorCode: v.string(),
  ErrorMessage: informs,
});

/** Whose messages the queue is for. */
export interface Owner {
  readonly functionArn: string;
  readonly ruleArn: string;
}

/** When a message first came to the queue, on one that this tool sent in its place. */
export const SINCE_ATTRIBUTE = 'FirstFailedAt';

/** Reads any message at all; what is no dead letter of this stack is foreign, and says why. */
export function readLetter(message: QueueMessage, owner: Owner): Letter {
  const { messageId, body, attributes, receiveCount } = message;
  const since = Date.parse(attributes[SINCE_ATTRIBUTE] ?? '') || message.sentAt;
  const foreign = (because: string): Letter => ({ kind: 'foreign', messageId, since, because });
  const letter = (origin: Origin, event: string | undefined): Letter => {
    const contents = readContents(event);
    const causes = causesOf(origin, contents);
    return { kind: 'dead-letter', messageId, since, receiveCount, origin, causes, event, contents };
  };

  const undelivered = v.safeParse(UndeliveredAttributes, attributes);
  if (undelivered.success) {
    const { RULE_ARN, ERROR_CODE, ERROR_MESSAGE, EXHAUSTED_RETRY_CONDITION, RETRY_ATTEMPTS } =
      undelivered.output;
    if (RULE_ARN !== owner.ruleArn) return foreign(`an event of another rule: ${RULE_ARN}`);
    const origin: Origin = {
      from: 'rule',
      errorCode: ERROR_CODE,
      errorMessage: ERROR_MESSAGE,
      exhaustedCondition: EXHAUSTED_RETRY_CONDITION,
      retryAttempts: RETRY_ATTEMPTS,
    };
    return letter(origin, body);
  }

  const ofFunction = v.safeParse(FunctionDeadLetterAttributes, attributes);
  if (ofFunction.success) {
    const { RequestID, ErrorCode, ErrorMessage } = ofFunction.output;
    return letter(
      {
        from: 'function-dead-letter',
        requestId: RequestID,
        errorCode: ErrorCode,
        errorMessage: ErrorMessage,
      },
      body,
    );
  }

  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), body);
  if (!json.success) return foreign('not JSON, and no attribute of EventBridge or Lambda');
  const record = v.safeParse(InvocationRecord, json.output);
  if (!record.success) return foreign('neither a record of an invocation nor an event with its error');
  const { requestContext, requestPayload, responsePayload } = record.output;
  if (withoutQualifier(requestContext.functionArn) !== owner.functionArn) {
    return foreign(`a record of another function: ${requestContext.functionArn}`);
  }
  const origin: Origin = {
    from: 'function',
    condition: requestContext.condition,
    invokeCount: requestContext.approximateInvokeCount,
    errorType: responsePayload?.errorType,
    errorMessage: responsePayload?.errorMessage,
  };
  return letter(origin, requestPayload === undefined ? undefined : JSON.stringify(requestPayload));
}

/** An ARN of a function may name a version or an alias after its seventh part. */
function withoutQualifier(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

function readContents(event: string | undefined): Contents {
  if (event === undefined) return { kind: 'left-out' };
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), event);
  if (!json.success) return { kind: 'invalid', problem: 'The event is not JSON.' };
  try {
    return readLaunch(json.output);
  } catch (error) {
    if (error instanceof InvalidEventError) return { kind: 'invalid', problem: error.message };
    throw error;
  }
}
