import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { clientSettings, type Connection } from './connection.ts';

/** What came of one invocation that Lambda ran. */
export type Invocation =
  /** @property payload what the function returned, as JSON text */
  | { readonly kind: 'returned'; readonly payload: string }
  /** The function threw, ran out of time or could not start. */
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string };

/** One function, to invoke by hand. */
export interface InvocableFunction {
  /**
   * Invokes it and waits for its answer. Throttling is tried again for about a minute.
   * @param event JSON text
   */
  invoke(event: string): Promise<Invocation>;
}

/** Milliseconds: a function may run for 15 minutes, and the answer must get here. */
const LONGEST_RUN = 15 * 60_000 + 15_000;

/** With the SDK's backoff, about a minute of throttling. Invoking twice is safe, so all else is tried again as well. */
const ATTEMPTS = 8;

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
const FunctionFailure = v.object({
  errorType: v.optional(v.string(), 'Error'),
  errorMessage: v.optional(v.string(), ''),
});

export function createInvocableFunction(connection: Connection, functionName: string): InvocableFunction {
  const client = new LambdaClient({
    ...clientSettings(connection),
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: LONGEST_RUN, throwOnRequestTimeout: true },
  });
  return {
    async invoke(event) {
      const answer = await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'RequestResponse',
          Payload: Buffer.from(event),
        }),
      );
      const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
      return answer.FunctionError === undefined
        ? { kind: 'returned', payload }
        : { kind: 'failed', ...readFunctionFailure(payload) };
    },
  };
}

function readFunctionFailure(payload: string): v.InferOutput<typeof FunctionFailure> {
  const failure = v.safeParse(v.pipe(v.string(), v.parseJson(), FunctionFailure), payload);
  return failure.success ? failure.output : { errorType: 'Error', errorMessage: payload };
}
