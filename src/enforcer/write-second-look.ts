import { chunk } from './chunk.ts';
import { isPostponed } from './outcome.ts';
import type { Outcome, Unsettled } from './outcome.ts';
import type { OutgoingMessage } from './queue.ts';
import { MOST_INSTANCES } from './second-look-message.ts';
import type { InstancesMessage } from './second-look-message.ts';

/** Message attribute: since when the tries at a message have failed, in ISO 8601. */
export const FAILING_SINCE = 'FailingSince';

/** Seconds: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const LONGEST_DELAY = 900;

/** Characters of one text of a launch. An ARN of IAM may have 2,048; all else that an event shows is shorter. */
const LONGEST_TEXT = 2_048;

/** What is known of instances that are to be looked at again. */
export type About = Pick<InstancesMessage, 'startedAt' | 'source'>;

/** Writes the bodies of messages that ask for these instances to be looked at: one for each 1,000. */
export function writeInstances({
  instanceIds,
  dueAt,
  startedAt,
  source,
}: Omit<InstancesMessage, 'kind'>): string[] {
  const { account, region, launchedAt, launchedWith, ...texts } = source;
  const launch = {
    ...Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text?.slice(0, LONGEST_TEXT)])),
    launchedWith,
    launchedAt: launchedAt === undefined ? undefined : iso(launchedAt),
  };
  const about = {
    account,
    region,
    dueAt: iso(dueAt),
    startedAt: startedAt === undefined ? undefined : iso(startedAt),
    launch,
  };
  return chunk(instanceIds, MOST_INSTANCES).map((ids) =>
    JSON.stringify({ version: 1, instanceIds: ids, ...about }),
  );
}

/** Asks for what was postponed to be looked at when its time comes. */
export function postponedMessages(
  outcomes: readonly Outcome[],
  about: About,
  now: number,
): OutgoingMessage[] {
  const byDueTime = Map.groupBy(outcomes.filter(isPostponed), ({ dueAt }) => dueAt);
  return [...byDueTime].flatMap(([dueAt, instances]) => {
    const instanceIds = instances.map(({ instanceId }) => instanceId);
    return writeInstances({ ...about, instanceIds, dueAt }).map((body) => waiting({ body }, dueAt, now));
  });
}

/** The message again, for when its time comes, or for as long as SQS can delay it. */
export function waiting(message: OutgoingMessage, dueAt: number, now: number): OutgoingMessage {
  const seconds = Math.ceil((dueAt - now) / 1000);
  return { ...message, delaySeconds: Math.min(LONGEST_DELAY, Math.max(0, seconds)) };
}

/**
 * Asks for another try: after as long again as the tries have failed, from a minute to a quarter of an hour.
 *
 * @param bodies of messages: those that came, for a launch that is to be tried as a whole, or of the instances left
 * @param failingSince when the first of the tries failed, in epoch milliseconds
 */
export function retryMessages(
  bodies: readonly string[],
  failingSince: number,
  now: number,
): OutgoingMessage[] {
  const delaySeconds = Math.min(LONGEST_DELAY, Math.max(60, Math.round((now - failingSince) / 1000)));
  const attributes = { [FAILING_SINCE]: iso(failingSince) };
  return bodies.map((body) => ({ body, attributes, delaySeconds }));
}

/** The bodies of messages for instances that are unsettled. */
export function unsettledBodies(
  unsettled: readonly Unsettled[],
  about: About & { readonly dueAt: number },
): string[] {
  return writeInstances({ ...about, instanceIds: unsettled.map(({ instanceId }) => instanceId) });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
