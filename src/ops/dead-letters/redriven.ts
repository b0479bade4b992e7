import * as v from 'valibot';
import { outcomeKinds } from '../../enforcer/outcome.ts';
import type { Invocation } from '../aws/lambda-function.ts';
import type { DeadLetter } from './letter.ts';

/* One dead letter of a redrive: what its function is asked, and what came of it. */

const outcomes = v.array(
  v.object({
    instanceId: v.string(),
    outcome: v.picklist(outcomeKinds),
    reason: v.string(),
    /** Of one that is postponed, in ISO 8601. */
    dueAt: v.optional(v.string()),
  }),
);
type AnsweredOutcome = v.InferOutput<typeof outcomes>[number];

/** What the functions return: `Answer` of src/functions/enforce-name-tag.ts and of second-look.ts. */
const Answer = {
  launches: v.object({ launch: v.object({ kind: v.string() }), outcomes }),
  'second-look': v.object({
    batchItemFailures: v.strictTuple([], 'Expected the second-look queue to take what is to wait'),
    outcomes,
  }),
} as const;

/** What came of one selected dead letter. */
export type Redriven =
  /**
   * The function settled every instance, or put what still has time to get its name into the second-look queue. The message
   * is deleted.
   */
  | {
      readonly letter: DeadLetter;
      readonly result: 'settled';
      /** Whether some of it waits in the second-look queue now. */
      readonly waits: boolean;
      readonly outcomes: readonly AnsweredOutcome[];
    }
  /** In report mode the function terminated nothing: the message stays for when it may. */
  | {
      readonly letter: DeadLetter;
      readonly result: 'reported';
      readonly outcomes: readonly AnsweredOutcome[];
    }
  /** The function failed again. The message, or one with the new reason, is in the queue. */
  | {
      readonly letter: DeadLetter;
      readonly result: 'failed';
      readonly errorType: string;
      readonly errorMessage: string;
    }
  /** It was not tried, and the message is in the queue. */
  | { readonly letter: DeadLetter; readonly result: 'untried'; readonly reason: string };

/** An event of EventBridge, as JSON text. Valibot makes a record of an array as well. */
const JsonObject = v.pipe(
  v.string(),
  v.parseJson(),
  v.check((value) => !Array.isArray(value)),
  v.record(v.string(), v.unknown()),
);

/**
 * What to invoke the function with: the event, or the message as SQS would hand it over, and the mark that somebody waits
 * for the answer and keeps the letter (`isRedrive` of src/functions/redrive.ts).
 *
 * @returns JSON text; undefined when the event cannot carry the mark
 */
export function payloadFor({ recipient, messageId }: DeadLetter, event: string): string | undefined {
  if (recipient === 'second-look') {
    return JSON.stringify({ Records: [{ messageId, body: event, messageAttributes: {} }], redrive: true });
  }
  const object = v.safeParse(JsonObject, event);
  return object.success ? JSON.stringify({ ...object.output, redrive: true }) : undefined;
}

/** Success is only what is understood as such. */
export function readInvocation(letter: DeadLetter, invocation: Invocation): Redriven {
  if (invocation.kind === 'failed') {
    const { errorType, errorMessage } = invocation;
    return { letter, result: 'failed', errorType, errorMessage };
  }
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), Answer[letter.recipient]), invocation.payload);
  if (answer.success) {
    const { outcomes: answered } = answer.output;
    if (answered.some(({ outcome }) => outcome === 'would-terminate'))
      return { letter, result: 'reported', outcomes: answered };
    const waits = answered.some(({ outcome }) => outcome === 'postponed') || isNotDue(letter);
    return { letter, result: 'settled', waits, outcomes: answered };
  }
  const errorMessage = `The function answered in a form that is not known: ${invocation.payload.slice(0, 300)}`;
  return { letter, result: 'failed', errorType: 'UnknownAnswer', errorMessage };
}

/** Whether it is a message that the second look merely sends again until its time comes. */
function isNotDue({ contents }: DeadLetter): boolean {
  return contents.kind === 'instances' && contents.dueAt > Date.now();
}
