import { randomUUID } from 'node:crypto';
import { createLogGroup } from '../aws/cloudwatch-logs.ts';
import { createMessageQueue } from '../aws/sqs-queue.ts';
import { readCallerArn } from '../aws/sts-caller.ts';
import type { CommandContext } from '../command-context.ts';
import { counted } from '../counted.ts';
import type { LaunchSource } from '../../enforcer/launch.ts';
import type { OutgoingMessage } from '../../enforcer/queue.ts';
import { waiting, writeInstances } from '../../enforcer/write-second-look.ts';
import { OpsError } from '../errors.ts';
import { isHub } from '../hub-parts.ts';
import { placeOf } from '../place.ts';
import type { Stack } from '../stack.ts';
import { secondLookOf } from '../stack-parts.ts';
import type { NamelessInstance } from './audit-place.ts';
import type { AuditedPlace } from './places.ts';

/** What sending nameless instances to the second look means, or meant. */
export interface Sending {
  /** Whether it was done. */
  readonly sent: boolean;
  readonly instances: number;
  /** When the enforcer judges them, in epoch milliseconds. */
  readonly dueAt: number;
  readonly mode: string;
}

/** The launch of an instance, as far as an audit knows it. */
function sourceOf(instance: NamelessInstance): LaunchSource {
  const { account, region, launcher, launchedAt, reservationId } = instance;
  return {
    eventId: undefined,
    account,
    region,
    launcher,
    invokedBy: undefined,
    launchedWith: 'unknown',
    launchedAt,
    reservationId,
  };
}

/** Messages that ask for these instances to be looked at when it is time: one for each launch, or 1,000 of its instances. */
export function sendingMessages(
  instances: readonly NamelessInstance[],
  dueAt: number,
  now: number,
): OutgoingMessage[] {
  const launches = Map.groupBy(
    instances,
    ({ account, region, reservationId, launchedAt, instanceId }) =>
      `${account} ${region} ${reservationId ?? instanceId} ${launchedAt}`,
  );
  return [...launches.values()].flatMap((ofOne) => {
    const [first] = ofOne;
    if (first === undefined) return [];
    const instanceIds = ofOne.map(({ instanceId }) => instanceId);
    return writeInstances({ instanceIds, dueAt, source: sourceOf(first) }).map((body) =>
      waiting({ body }, dueAt, now),
    );
  });
}

/**
 * Where instances may be sent from: the stack's own account and region, and of a hub its members, since it looks nowhere
 * else.
 *
 * @param places the members of a hub have their account
 * @throws OpsError when another place is asked for, or the stack has no second look
 */
export function checkPlaces(stack: Stack, places: readonly AuditedPlace[]): void {
  secondLookOf(stack);
  const own = placeOf(stack);
  const others = places.filter(
    ({ account = own.account, region }) => account !== own.account || region !== own.region,
  );
  const ofMembers = others.filter(({ account }) => account !== undefined);
  if (ofMembers.length > 0 && !isHub(stack)) {
    throw new OpsError(
      `Expected a hub for --send with --organization, found the stack \`${stack.name}\` without OrganizationId: it looks ` +
        `at instances of ${own.account} ${own.region} alone.`,
    );
  }
  const regions = others.flatMap(({ account, region }) => (account === undefined ? region : []));
  if (regions.length === 0) return;
  throw new OpsError(
    `Expected --send for ${own.region} alone, where the stack is and acts, found ${regions.join(', ')}. ` +
      `Give --regions ${own.region}, and send from other regions with the stacks there (--region, --stack), ` +
      'or of the members of a hub with --organization.',
  );
}

/**
 * Puts instances on the second-look queue, or only says what that would mean. The enforcer then judges them by their live
 * tags as it judges a launch, after the grace period of the stack. A line of the log says first who sent which: no instance
 * is terminated on somebody's word without it.
 *
 * @param yes whether to do it
 * @throws OpsError when the queue did not take all
 */
export async function send(
  instances: readonly NamelessInstance[],
  stack: Stack,
  yes: boolean,
  { connection }: CommandContext,
): Promise<Sending> {
  const now = Date.now();
  const { queueUrl } = secondLookOf(stack);
  const { GracePeriodMinutes = '0' } = stack.parameters;
  const dueAt = now + Number(GracePeriodMinutes) * 60_000;
  const sending = { instances: instances.length, dueAt, mode: stack.outputs.Mode };
  if (!yes || instances.length === 0) return { ...sending, sent: false };

  const sentBy = await readCallerArn(connection);
  const log = createLogGroup(connection, stack.outputs.LogGroupName);
  const streamName = `sent/${new Date(now).toISOString().slice(0, 10)}/${randomUUID()}`;
  await log.createStream(streamName);
  await log.write(
    streamName,
    instances.map((instance) => JSON.stringify(lineOf(instance, stack.name, sentBy, now, dueAt))),
  );
  const refused = await createMessageQueue(connection, queueUrl).sendAll(
    sendingMessages(instances, dueAt, now),
  );
  const [first] = refused;
  if (first === undefined) return { ...sending, sent: true };
  throw new OpsError(
    `The queue did not take ${counted(refused.length, 'message')} (${first}). The others were sent. ` +
      'Run it again: to look at an instance twice is safe.',
  );
}

/** Fields named as in the functions' own log lines, so that one query finds both. */
function lineOf(instance: NamelessInstance, stack: string, sentBy: string, now: number, dueAt: number) {
  const { instanceId, reason } = instance;
  const { launchedAt: _, ...source } = sourceOf(instance);
  return {
    timestamp: new Date(now).toISOString(),
    level: 'WARN',
    message: 'instance sent',
    instanceId,
    outcome: 'postponed',
    reason,
    dueAt: new Date(dueAt).toISOString(),
    sentBy,
    ...source,
    service: 'ec2-name-tag-enforcer',
    stack,
  };
}

/** What was or would be done, and what happens next, for people. */
export function sendingText({ sent, instances, dueAt, mode }: Sending): string {
  const what = counted(instances, 'instance');
  const next =
    mode === 'report'
      ? 'it reports those that have no name then, and terminates nothing'
      : 'it terminates those that have no name then';
  const when = `The enforcer looks at them from ${new Date(dueAt).toISOString()} on: ${next} (mode ${mode}).`;
  if (sent) return `Sent ${what} to the second look. ${when} To see what waits: second-look list.`;
  if (instances === 0) return 'There is nothing to send.';
  return `Would send ${what} to the second look. ${when} Nothing was done: add --yes to do it.`;
}
