import type { DeadLetter } from './dead-letter.ts';
import { SINCE_ATTRIBUTE } from './read-letter.ts';

/** Whether a dead letter tells of this failure already. */
export function sameFailure({ origin }: DeadLetter, errorMessage: string): boolean {
  return origin.from === 'function' && origin.errorMessage === errorMessage;
}

/**
 * The message to put in a dead letter's place when a redrive failed for another reason: of the form that Lambda gives
 * its records, with the time of the first failure kept.
 */
export function redrivenRecord(
  letter: DeadLetter,
  failure: { readonly errorType: string; readonly errorMessage: string },
  functionArn: string,
): { body: string; attributes: Record<string, string> } {
  const { event, origin, since } = letter;
  const record = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      functionArn,
      condition: 'Redriven',
      approximateInvokeCount: (origin.from === 'function' ? (origin.invokeCount ?? 0) : 0) + 1,
    },
    requestPayload: requestPayloadOf(event),
    responsePayload: { errorType: failure.errorType, errorMessage: failure.errorMessage },
  };
  return {
    body: JSON.stringify(record),
    attributes: since === undefined ? {} : { [SINCE_ATTRIBUTE]: new Date(since).toISOString() },
  };
}

/** An event that is not even JSON stays a text. */
function requestPayloadOf(event: string | undefined): unknown {
  if (event === undefined) return undefined;
  try {
    const payload: unknown = JSON.parse(event);
    return payload;
  } catch {
    return event;
  }
}
