import * as v from 'valibot';

/** What `dead-letters redrive` adds to an event. EventBridge and SQS have no such member. */
const Redrive = v.object({ redrive: v.literal(true) });

/**
 * Whether an event is sent by hand, by somebody who waits for the answer and keeps the dead letter: then what is left open
 * is thrown, and put into no queue.
 */
export function isRedrive(event: unknown): boolean {
  return v.is(Redrive, event);
}
