import type { Context } from 'aws-lambda';
import pMap from 'p-map';
import * as v from 'valibot';
import { systemClock } from './clock.ts';
import { writeDeadLetter } from '../enforcer/dead-letter.ts';
import type { DeadLetterParts } from '../enforcer/dead-letter.ts';
import { InvalidEventError } from '../enforcer/errors.ts';
import { utcTime } from '../enforcer/event-schema.ts';
import { handOver } from '../enforcer/hand-over.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import { parse } from '../enforcer/parse.ts';
import type { OutgoingMessage } from '../enforcer/queue.ts';
import { isRedrive } from './redrive.ts';
import { secondLook } from '../enforcer/second-look.ts';
import type { DueMessage, Look } from '../enforcer/second-look.ts';
import {
  FAILING_SINCE,
  postponedMessages,
  readSecondLookMessage,
  retryMessages,
  waiting,
} from '../enforcer/second-look-message.ts';
import { leftOpen, settlementError } from '../enforcer/left-open.ts';
import { shown } from '../enforcer/user-identity.ts';
import {
  deadLetterQueue,
  endOf,
  enforcementUntil,
  hasTrail,
  notifier,
  secondLookQueue,
  telemetry,
} from './setup.ts';

/** How long tries go on before a person is asked, in milliseconds. */
const TRIED_FOR = 6 * 60 * 60 * 1000;

/** Notices under way at once. */
const PARALLEL_NOTICES = 10;

/**
 * What Lambda hands over of a queue, as far as it is read.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
const Batch = v.object({
  Records: v.array(
    v.object({
      messageId: v.string(),
      body: v.string(),
      messageAttributes: v.optional(
        v.object({ [FAILING_SINCE]: shown(v.object({ stringValue: utcTime })) }),
        {},
      ),
    }),
  ),
});
type SqsRecord = v.InferOutput<typeof Batch>['Records'][number];

/** What Lambda is told, and what a person who invokes the function by hand gets to see. */
export interface Answer {
  /** The messages that stay. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly outcomes: readonly Outcome[];
}

type Received = DueMessage & { readonly record: SqsRecord };

/** A message that a queue must have taken before the record that it comes from may be deleted. */
interface Outgoing {
  readonly record: SqsRecord;
  readonly message: OutgoingMessage;
}

/**
 * The Lambda function: looks at the instances that the messages of the second-look queue tell of, all together.
 *
 * What is not due, or may succeed later, it sends again with a delay; what only a person can settle it puts into the
 * dead-letter queue. Lambda deletes a message when the function has answered without naming it, so nothing is lost if it
 * ends at any point, and to look twice is always safe.
 *
 * Without a dead-letter queue, and for a message that is sent again by hand, it throws what is left open: whoever sent it
 * sees to it.
 *
 * @throws InvalidEventError when the event is not of SQS's shape
 */
export async function handler(event: unknown, context: Context): Promise<Answer> {
  telemetry.reportEvent(event, context);
  const end = endOf(context);
  const { Records: records } = parse(Batch, event);
  const throwsAll = deadLetterQueue === undefined || isRedrive(event);
  const deadLetters: Outgoing[] = [];
  const secondLooks: Outgoing[] = [];
  const due: Received[] = [];
  const putAside = (record: SqsRecord, parts: Omit<DeadLetterParts, 'at'>): void => {
    deadLetters.push({ record, message: writeDeadLetter({ ...parts, at: systemClock.now() }) });
  };

  const now = systemClock.now();
  for (const record of records) {
    const message = read(record.body, now);
    if (message instanceof InvalidEventError) {
      telemetry.reportInvalidEvent(message);
      if (throwsAll) throw message;
      const { invokedFunctionArn: functionArn } = context;
      putAside(record, {
        functionArn,
        condition: 'NotRetryable',
        payload: payloadOf(record),
        error: message,
      });
    } else if (message.kind === 'ignored') {
      telemetry.reportIgnoredEvent(message);
    } else if (message.kind === 'instances' && message.dueAt > now) {
      secondLooks.push({ record, message: waiting({ body: record.body }, message.dueAt, now) });
    } else {
      due.push({ ...message, record });
    }
  }

  const waitingMessages = secondLooks.length;
  const looks = await secondLook(due, enforcementUntil(end, context));
  const settledAt = systemClock.now();
  telemetry.reportSecondLooks(looks, waitingMessages, settledAt);
  for (const { message, source, settlement } of looks) {
    const { record } = message;
    const about = { source, startedAt: startedAtOf(message) };
    const again = postponedMessages(settlement.outcomes, about, settledAt);
    const { permanent, transient } = leftOpen(source, settlement);
    if (!throwsAll && permanent !== undefined) {
      putAside(record, { ...origin(message, context), condition: 'NotRetryable', error: permanent });
    }
    if (!throwsAll && transient !== undefined) {
      const failingSince = record.messageAttributes[FAILING_SINCE]?.stringValue ?? settledAt;
      if (settledAt - failingSince < TRIED_FOR)
        again.push(
          ...retryMessages(transient.retry, { ...about, body: record.body }, failingSince, settledAt),
        );
      else
        putAside(record, {
          ...origin(message, context),
          condition: 'RetriesExhausted',
          error: transient.error,
        });
    }
    secondLooks.push(...again.map((one) => ({ record, message: one })));
  }

  const [, ...refused] = await Promise.all([
    tell(looks, settledAt, end),
    send(deadLetters, deadLetterQueue, end),
    send(secondLooks, secondLookQueue, end),
  ]);
  if (throwsAll) throwLeftOpen(looks);
  return {
    batchItemFailures: [...new Set(refused.flat())].map((itemIdentifier) => ({ itemIdentifier })),
    outcomes: looks.flatMap(({ settlement }) => settlement.outcomes),
  };
}

function read(body: string, now: number): ReturnType<typeof readSecondLookMessage> | InvalidEventError {
  try {
    return readSecondLookMessage(body, now);
  } catch (error) {
    if (error instanceof InvalidEventError) return error;
    throw error;
  }
}

/** A body that is not even JSON stays a text. */
function payloadOf({ body }: SqsRecord): unknown {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), body);
  return json.success ? json.output : body;
}

/** What to invoke, and with what, to try a message again. */
function origin(
  message: Received,
  { invokedFunctionArn }: Context,
): Pick<DeadLetterParts, 'functionArn' | 'payload'> {
  if (message.kind === 'launch') return { functionArn: message.functionArn, payload: message.event };
  return { functionArn: invokedFunctionArn, payload: payloadOf(message.record) };
}

function startedAtOf(message: Received): number | undefined {
  return message.kind === 'launch' ? undefined : message.startedAt;
}

/**
 * Tells people of each look. Where launch events come, what they tell of by themselves is not told again: of instances
 * that only EC2's signal tells of, people are told when these are terminated.
 */
async function tell(looks: readonly Look[], settledAt: number, end: number): Promise<void> {
  const to = notifier;
  if (to === undefined) return;
  await pMap(
    looks,
    async ({ isStart, source, settlement }) => {
      const news = settlement.outcomes.filter(
        ({ outcome }) => !(hasTrail && isStart) || outcome === 'terminated',
      );
      for (const notification of await to.notify(source, news, settledAt, end))
        telemetry.reportNotification(source, notification);
    },
    { concurrency: PARALLEL_NOTICES },
  );
}

/** @returns ids of the records whose messages the queue did not take */
async function send(
  outgoing: readonly Outgoing[],
  queue: typeof deadLetterQueue,
  end: number,
): Promise<string[]> {
  const refused = await handOver(
    outgoing.map(({ message }) => message),
    queue,
    systemClock,
    end,
  );
  return outgoing.flatMap(({ record }, index) => (refused[index] === undefined ? [] : [record.messageId]));
}

function throwLeftOpen(looks: readonly Look[]): void {
  for (const { source, settlement } of looks) {
    const error = settlementError(source, settlement);
    if (error !== undefined) throw error;
  }
}
