import * as v from 'valibot';

/*
 * The forms of the queue's messages, as AWS documents them. What merely informs may be missing.
 */

const informs = v.fallback(v.optional(v.string()), undefined);

/**
 * The body of a record that Lambda sends to an OnFailure destination. `requestPayload` is missing when request and
 * response were too large together.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const InvocationRecord = v.object({
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
export const UndeliveredAttributes = v.object({
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
export const FunctionDeadLetterAttributes = v.object({
  RequestID: v.string(),
  ErrorCode: v.string(),
  ErrorMessage: informs,
});
