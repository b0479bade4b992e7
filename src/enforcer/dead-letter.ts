import * as v from 'valibot';
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

/** Writes a dead letter of a failure of the enforcer's own; the error names every open instance. */
export function writeDeadLetter({ error, ...parts }: DeadLetterParts): DeadLetter {
  const { name: errorType, message: errorMessage } = error;
  return {
    body: writeRecord({ ...parts, invokeCount: 1, errorType, errorMessage }),
    attributes: { error: errorType, reasons: error.reasons.join(',') },
  };
}

/** What a record tells of a failed invocation. */
export interface RecordParts extends Omit<DeadLetterParts, 'condition' | 'error'> {
  readonly condition: string;
  readonly invokeCount: number;
  readonly errorType: string;
  readonly errorMessage: string;
}

/**
 * Writes the body of a dead letter in the form of Lambda's own records of failed invocations, so that the queue holds one
 * form. As Lambda does, it leaves the payload out when both are too large together.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function writeRecord(parts: RecordParts): string {
  const { functionArn, condition, invokeCount, payload, errorType, errorMessage, at } = parts;
  const record = {
    version: '1.0',
    timestamp: new Date(at).toISOString(),
    requestContext: { functionArn, condition, approximateInvokeCount: invokeCount },
    responsePayload: { errorType, errorMessage },
  };
  const whole = JSON.stringify({ ...record, requestPayload: payload });
  return Buffer.byteLength(whole) <= MOST_BYTES ? whole : JSON.stringify(record);
}

/** What a text says as JSON; one that is not even JSON stays a text. */
export function jsonOrText(text: string): unknown {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  return json.success ? json.output : text;
}
