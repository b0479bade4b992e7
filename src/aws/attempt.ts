import { ServiceException } from '@smithy/core/client';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { CallFailed, OutOfTime } from '../enforcer/fleet.ts';
import { MissingCredentialsError } from './environment-credentials.ts';
import { oneLineOf } from './one-line.ts';

/**
 * The settings of a client that makes one attempt a call. The SDK counts the tries of a client, however many invocations
 * share it: trouble in one would cost the next one its tries.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const oneAttempt = { maxAttempts: 1, requestHandler: { connectionTimeout: 2_000 } } as const;

/** An answer did not come, or not whole, within the time of one attempt. */
class AttemptTimedOutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Makes one attempt at a call, which ends by its limit or the deadline, whatever comes first, and turns its failure
 * into an answer. The SDK's own time-out ends at the headers of an answer; this one covers the body.
 *
 * @param limit milliseconds
 * @param deadline epoch milliseconds
 */
export async function attempt<T>(
  limit: number,
  deadline: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T | CallFailed | OutOfTime> {
  const timeLeft = Math.floor(deadline - Date.now());
  if (timeLeft <= 0) return { kind: 'out-of-time' };
  const abortSignal = AbortSignal.timeout(Math.min(limit, timeLeft));
  try {
    // What a call does before it asks AWS, to get its credentials, does not end with the signal.
    return await Promise.race([call(abortSignal), ended(abortSignal)]);
  } catch (error) {
    if (!abortSignal.aborted) return callFailed(error);
    if (limit >= timeLeft) return { kind: 'out-of-time' };
    return callFailed(new AttemptTimedOutError(`No whole answer came within ${limit} ms`, { cause: error }));
  }
}

async function ended(abortSignal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    abortSignal.addEventListener('abort', () => reject(new Error('The time of the attempt is up')), {
      once: true,
    });
  });
}

function callFailed(error: unknown): CallFailed {
  return { kind: 'call-failed', transient: isTransient(error), detail: oneLineOf(error) };
}

/** Whatever is no answer of AWS, or one that is not understood; and those answers that tell of trouble of its own. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof ServiceException)) return !(error instanceof MissingCredentialsError);
  const { name, message, $fault, $metadata } = error;
  const answer = { name, message, $fault, $metadata };
  return isServerError(answer) || isThrottlingError(answer) || isTransientError(answer);
}
