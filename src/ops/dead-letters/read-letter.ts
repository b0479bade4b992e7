import * as v from 'valibot';
import type { QueueMessage } from '../aws/sqs-queue.ts';
import { InvalidEventError } from '../../enforcer/errors.ts';
import { readLaunch } from '../../enforcer/read-launch.ts';
import { readSecondLookMessage } from '../../enforcer/second-look-message.ts';
import { FAILING_SINCE } from '../../enforcer/write-second-look.ts';
import { causesOf } from './causes.ts';
import type { Contents, Letter, Origin, Recipient } from './letter.ts';
import { recipientOfFunction, recipientOfRule, type Owner } from './owner.ts';

/*
 * The forms of the queue's messages, as AWS documents them. What merely informs may be missing.
 */

const informs = v.fallback(v.optional(v.string()), undefined);

/**
 * The body of a record that Lambda sends to an OnFailure destination, and of those that the functions themselves put into
 * the queue. `requestPayload` is missing when request and response were too large together.
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

/** When a message first came to the queue, on one that this tool sent in its place. */
export const SINCE_ATTRIBUTE = 'FirstFailedAt';

/** Reads any message at all; what is no dead letter of this stack is foreign, and says why. */
export function readLetter(message: QueueMessage, owner: Owner): Letter {
  const { messageId, body, attributes, sentAt, receiveCount, movedFrom } = message;
  const since = Date.parse(attributes[SINCE_ATTRIBUTE] ?? attributes[FAILING_SINCE] ?? '') || sentAt;
  const foreign = (because: string): Letter => ({ kind: 'foreign', messageId, since, because });
  const letter = (origin: Origin, recipient: Recipient, event: string | undefined): Letter => {
    const contents = readContents(recipient, event);
    const causes = causesOf(origin, contents);
    return {
      kind: 'dead-letter',
      messageId,
      since,
      sentAt,
      receiveCount,
      origin,
      recipient,
      causes,
      event,
      contents,
    };
  };

  const undelivered = v.safeParse(UndeliveredAttributes, attributes);
  if (undelivered.success) {
    const { RULE_ARN, ERROR_CODE, ERROR_MESSAGE, EXHAUSTED_RETRY_CONDITION, RETRY_ATTEMPTS } =
      undelivered.output;
    const recipient = recipientOfRule(owner, RULE_ARN);
    if (recipient === undefined) return foreign(`an event of another rule: ${RULE_ARN}`);
    const origin: Origin = {
      from: 'rule',
      errorCode: ERROR_CODE,
      errorMessage: ERROR_MESSAGE,
      exhaustedCondition: EXHAUSTED_RETRY_CONDITION,
      retryAttempts: RETRY_ATTEMPTS,
    };
    return letter(origin, recipient, body);
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
      'launches',
      body,
    );
  }

  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), body);
  const record = v.safeParse(InvocationRecord, json.output);
  if (record.success) {
    const innermost = unwrap(record.output, owner);
    const { requestContext, requestPayload, responsePayload } = innermost;
    const { functionArn, condition, approximateInvokeCount } = requestContext;
    const recipient = recipientOfFunction(owner, withoutQualifier(functionArn));
    if (recipient === undefined) return foreign(`a record of another function: ${functionArn}`);
    const origin: Origin = {
      from: 'function',
      condition,
      invokeCount: approximateInvokeCount,
      errorType: responsePayload?.errorType,
      errorMessage: responsePayload?.errorMessage,
    };
    return letter(origin, recipient, textOf(recipient, requestPayload));
  }

  const { secondLook } = owner;
  const isMoved = movedFrom !== undefined && movedFrom === secondLook?.queueArn;
  // Where nothing tells what moved it, its form does.
  if (isMoved || (secondLook !== undefined && readMessage(body).kind !== 'invalid'))
    return letter({ from: 'second-look-queue', errorMessage: undefined }, 'second-look', body);
  if (!json.success) return foreign('not JSON, and no attribute of EventBridge or Lambda');
  return foreign('neither a record of an invocation nor an event with its error');
}

type InvocationRecord = v.InferOutput<typeof InvocationRecord>;

/**
 * A record of a launch that the second look could not read, such as one whose event Lambda left out, is within the record
 * of that failure. The inner one tells more.
 */
function unwrap(record: InvocationRecord, { secondLook }: Owner): InvocationRecord {
  if (withoutQualifier(record.requestContext.functionArn) !== secondLook?.functionArn) return record;
  const inner = v.safeParse(InvocationRecord, record.requestPayload);
  return inner.success ? inner.output : record;
}

/** An ARN of a function may name a version or an alias after its seventh part. */
function withoutQualifier(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

/** A message that is not JSON stands in its record as the text that it is. */
function textOf(recipient: Recipient, payload: unknown): string | undefined {
  if (payload === undefined) return undefined;
  return recipient === 'second-look' && typeof payload === 'string' ? payload : JSON.stringify(payload);
}

function readContents(recipient: Recipient, event: string | undefined): Contents {
  if (event === undefined) return { kind: 'left-out' };
  if (recipient === 'second-look') return readMessage(event);
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), event);
  if (!json.success) return { kind: 'invalid', problem: 'The event is not JSON.' };
  return unlessInvalid(() => readLaunch(json.output));
}

function readMessage(body: string): Contents {
  const message = unlessInvalid(() => readSecondLookMessage(body, Date.now()));
  return message.kind === 'launch' ? message.launch : message;
}

function unlessInvalid<T>(read: () => T): T | { readonly kind: 'invalid'; readonly problem: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidEventError) return { kind: 'invalid', problem: error.message };
    throw error;
  }
}
