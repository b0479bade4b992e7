import { rowOf, type Results } from '../report/results.ts';
import { callTime, type Durations } from './durations.ts';
import { billed, hoursWith, ownLogBytes, prices, SECONDS_A_MONTH, tiered } from './prices.ts';

/** What EC2's own signal costs, in US dollars a month: one message a launch, looked at two minutes later. */
export interface SecondSignalCost {
  /** Send, receive and delete, and the receives that find the queue empty. */
  readonly queue: number;
  /** Invocations and their time. */
  readonly compute: number;
  /** Of looks at which nothing is done, one line an invocation. */
  readonly logs: number;
  readonly metrics: number;
}

/**
 * Pollers of a mapping with a maximum concurrency, which Lambda does not make fewer when the queue is empty:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLERS = 5;

/** Seconds that a receive waits for a message at most: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const LONGEST_POLL = 20;

/** Messages that one receive or delete takes at most. */
const MOST_IN_A_CALL = 10;

/** Seconds that a receive takes when there are messages, in which more arrive: an assumption. */
const RECEIVE = 0.1;

/** Of the template's mapping. */
const BATCH_SIZE = 100;
const BATCHING_WINDOW = 5;

/** Bytes of the one line of a batch at which nothing is done, its metrics included. */
const LINE = 600;

/** Receives of an empty queue, in US dollars a month. */
export const emptyReceives = ((POLLERS * SECONDS_A_MONTH) / LONGEST_POLL) * prices.queueRequest;

/** Messages in one invocation: the first, and those that come in its batching window. */
export function messagesInBatch(launchesPerSecond: number): number {
  return Math.min(BATCH_SIZE, 1 + launchesPerSecond * BATCHING_WINDOW);
}

/** Seconds that one batch takes, with one describe call. */
export function batchTime(results: Results, { compliant }: Durations, messages: number): number {
  // The share of a processor, by what a measured time has become.
  const slower = compliant / (rowOf(results, 'warm compliant', 'enforcer').cpu / 1_000);
  const cpu = (caseName: string): number => rowOf(results, caseName, 'enforcer').cpu / 1_000;
  const one = cpu('warm kill');
  const each = (cpu('warm kill of 100') - one) / 99;
  return slower * (one + each * (messages - 1)) + callTime.ec2;
}

/** @param memory MB */
export function secondSignalCost(
  results: Results,
  durations: Durations,
  memory: number,
  launchesPerSecond: number,
  nameless: number,
): SecondSignalCost {
  const launches = launchesPerSecond * SECONDS_A_MONTH;
  const messages = messagesInBatch(launchesPerSecond);
  const inACall = Math.min(MOST_IN_A_CALL, Math.max(1, launchesPerSecond * RECEIVE));
  const invocations = launches / messages;
  const seconds = billed(batchTime(results, durations, messages));
  return {
    queue: launches * (1 + 2 / inACall) * prices.queueRequest + emptyReceives,
    compute: invocations * prices.request + tiered(invocations * seconds * (memory / 1_024), prices.gbSecond),
    logs: tiered((invocations * (LINE + ownLogBytes)) / 1e9, prices.logGb),
    // SecondLooks; StartsSpared of named ones, StartsAlreadyGone of those that the launch event has had terminated.
    metrics:
      prices.metric *
      (hoursWith(launchesPerSecond) +
        hoursWith(launchesPerSecond * (1 - nameless)) +
        hoursWith(launchesPerSecond * nameless)),
  };
}

export function totalOfSecondSignal({ queue, compute, logs, metrics }: SecondSignalCost): number {
  return queue + compute + logs + metrics;
}
