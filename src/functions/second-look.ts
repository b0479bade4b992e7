import type { Context } from 'aws-lambda';
import pMap from 'p-map';
import * as v from 'valibot';
import { systemClock } from './clock.ts';
import { utcTime } from '../enforcer/event-schema.ts';
import { handOver } from '../enforcer/hand-over.ts';
import { settlementError } from '../enforcer/left-open.ts';
import { parse } from '../enforcer/parse.ts';
import type { Queue } from '../enforcer/queue.ts';
import { isProbe } from './is-probe.ts';
import type { Probed } from './probe.ts';
import { isRedrive } from './redrive.ts';
import type { Look } from '../enforcer/second-look.ts';
import { lookAtBatch } from '../enforcer/second-look-batch.ts';
import type { BatchResult, Outgoing, ReceivedMessage } from '../enforcer/second-look-batch.ts';
import type { Notifier } from '../notices/notifier.ts';
import { shownOutcome, type ShownOutcome } from './settlement-lines.ts';
import { FAILING_SINCE } from '../enforcer/write-second-look.ts';
import {
  deadLetterQueue,
  endOf,
  enforcementUntil,
  hasTrail,
  memberNotifierOf,
  newsOf,
  notifier,
  secondLookQueue,
  telemetry,
} from './setup.ts';
import { shown } from '../enforcer/user-identity.ts';

/**
 * How often EC2 is asked for what it does not show or fails to answer: the rest of the batch waits meanwhile, and what is
 * left open comes again by the queue.
 */
const ROUNDS = 5;

/** Notices under way at once. */
const PARALLEL_NOTICES = 10;

/** The same of one member. */
const PARALLEL_IN_MEMBER = 2;

/**
 * What Lambda hands over of a queue, as far as it is read.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
const Batch = v.object({
  Records: v.array(
    v.pipe(
      v.object({
        messageId: v.string(),
        body: v.string(),
        messageAttributes: shown(
          v.object({ [FAILING_SINCE]: shown(v.object({ stringValue: shown(utcTime) })) }),
        ),
      }),
      v.transform(({ messageId, body, messageAttributes }): ReceivedMessage => {
        return { messageId, body, failingSince: messageAttributes?.[FAILING_SINCE]?.stringValue };
      }),
    ),
  ),
});

/** What Lambda is told, and what a person who invokes the function by hand gets to see. */
export interface Answer {
  /** The messages that stay. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly outcomes: readonly ShownOutcome[];
}

/**
 * The Lambda function: looks at the instances that the messages of the second-look queue tell of, all together.
 *
 * What is not due, or may succeed later, it sends again with a delay; what only a person can settle it puts into the
 * dead-letter queue. Lambda deletes a message when the function has answered without naming it, so nothing is lost if it
 * ends at any point, and to look twice is always safe.
 *
 * Without a dead-letter queue, and for a message that is sent again by hand, it throws what is left open: whoever sent it
 * sees to it. A probe, which an operator sends, it answers and does nothing else.
 *
 * @throws InvalidEventError when the event is not of SQS's shape
 */
export async function handler(event: { readonly probe: unknown }, context: Context): Promise<Probed>;
export async function handler(event: unknown, context: Context): Promise<Answer>;
export async function handler(event: unknown, context: Context): Promise<Answer | Probed> {
  telemetry.reportEvent(event, context);
  if (isProbe(event)) return (await import('./probe.ts')).probe(event, context);
  const end = endOf(context);
  const { Records } = parse(Batch, event);
  const enforcement = enforcementUntil(end, context);
  const batch = await lookAtBatch(
    Records,
    { ...enforcement, maxRounds: enforcement.maxRounds ?? ROUNDS },
    context.invokedFunctionArn,
  );
  const settledAt = systemClock.now();
  for (const error of batch.invalid) telemetry.reportInvalidEvent(error);
  for (const reason of batch.ignored) telemetry.reportIgnoredEvent({ reason });
  telemetry.reportSecondLooks(batch.looks, batch.notDue.length, settledAt);

  const throwsOpen = deadLetterQueue === undefined || isRedrive(event);
  const { notDue, postponed, retries, deadLetters } = batch;
  const [, ...refused] = await Promise.all([
    tell(batch.looks, memberNotifierOf(context), settledAt, end),
    send([...notDue, ...postponed, ...(throwsOpen ? [] : retries)], secondLookQueue, end),
    send(throwsOpen ? [] : deadLetters, deadLetterQueue, end),
  ]);
  if (throwsOpen) throwLeftOpen(batch);
  return {
    batchItemFailures: [...new Set(refused.flat())].map((itemIdentifier) => ({ itemIdentifier })),
    outcomes: batch.looks.flatMap(({ settlement }) => settlement.outcomes.map(shownOutcome)),
  };
}

/**
 * Tells people of each look, and those of members beside. Those of one member wait for each other alone: one whose bus hangs
 * costs nobody else a notice.
 */
async function tell(
  looks: readonly Look[],
  inMembers: Notifier | undefined,
  settledAt: number,
  end: number,
): Promise<void> {
  const ofMembers = Map.groupBy(looks, ({ source: { account, region } }) => `${account} ${region}`);
  await Promise.all([
    tellAll(looks, notifier, PARALLEL_NOTICES, settledAt, end),
    ...[...ofMembers.values()].map(async (ofOne) =>
      tellAll(ofOne, inMembers, PARALLEL_IN_MEMBER, settledAt, end),
    ),
  ]);
}

/**
 * Where launch events come, what they tell of by themselves is not told again: of instances that only EC2's own signal tells
 * of, people are told when these are terminated or named.
 */
async function tellAll(
  looks: readonly Look[],
  to: Notifier | undefined,
  concurrency: number,
  settledAt: number,
  end: number,
): Promise<void> {
  if (to === undefined) return;
  await pMap(
    looks,
    async ({ isStart, source, settlement }) => {
      const news = newsOf(settlement.outcomes).filter(
        ({ outcome }) => outcome === 'terminated' || outcome === 'named' || !(hasTrail && isStart),
      );
      for (const notification of await to.notify(source, news, settledAt, end))
        telemetry.reportNotification(source, notification);
    },
    { concurrency },
  );
}

/** @returns ids of the messages whose successors the queue did not take */
async function send(outgoing: readonly Outgoing[], queue: Queue | undefined, end: number): Promise<string[]> {
  const messages = outgoing.map(({ message }) => message);
  const refused = await handOver(messages, queue, systemClock, end);
  telemetry.reportRefused(refused.filter((detail) => detail !== undefined));
  return outgoing.flatMap(({ messageId }, index) => (refused[index] === undefined ? [] : [messageId]));
}

function throwLeftOpen({ looks, invalid: [invalid] }: BatchResult): void {
  if (invalid !== undefined) throw invalid;
  for (const { source, settlement } of looks) {
    const error = settlementError(source, settlement);
    if (error !== undefined) throw error;
  }
}
