import type { SettlementError } from './left-open.ts';
import type { InvalidEventError } from './errors.ts';

/** A message for the dead-letter queue. */
export interface DeadLetter {
  readonly body: string;
  /** `error`: the name of the error; `reasons`: what is wrong, separated by commas. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * - `NotRetryable`: another try would not help
 * - `RetriesExhausted`: all tries failed, as Lambda says it
 */
export type Condition = 'NotRetryable' | 'RetriesExhausted';

export interface DeadLetterParts {
  /** ARN of the function that the payload is for. */
  readonly functionArn: string;
  readonly condition: Condition;
  /** What the function was invoked with, or the message that it received. */
  readonly payload: unknown;
  readonly error: InvalidEventError | SettlementError;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Bytes of a body. A message may have 262,144 with its attributes, in every region and queue. */
const MOST_BYTES = 256_000;

/**
 * Writes a dead letter in the form of Lambda's own records of failed invocations, so that the queue holds one form. As
 * Lambda does, it leaves the payload out when both are too large together; the error names every open instance.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function writeDeadLetter({ functionArn, condition, payload, error, at }: DeadLetterParts): DeadLetter {
  const record = {
    version: '1.0',
    timestamp: new Date(at).toISOString(),
    requestContext: { functionArn, condition, approximateInvokeCount: 1 },
    responsePayload: { errorType: error.name, errorMessage: error.message },
  };
  const whole = JSON.stringify({ ...record, requestPayload: payload });
  return {
    body: Buffer.byteLength(whole) <= MOST_BYTES ? whole : JSON.stringify(record),
    attributes: { error: error.name, reasons: error.reasons.join(',') },
  };
}
