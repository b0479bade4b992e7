import type { Context } from 'aws-lambda';
import { systemClock } from './clock.ts';
import { enforceLaunch } from '../enforcer/enforce-launch.ts';
import { InvalidEventError } from '../enforcer/errors.ts';
import type { IgnoredEvent, Launch, LaunchSource } from '../enforcer/launch.ts';
import type { Notification } from '../notices/notifier.ts';
import { isProbe } from './is-probe.ts';
import type { Probed } from './probe.ts';
import { readLaunch } from '../enforcer/read-launch.ts';
import { isFinished } from '../enforcer/settlement.ts';
import type { Settlement } from '../enforcer/settlement.ts';
import { shownOutcome, type ShownOutcome } from './settlement-lines.ts';
import { endOf, enforcementUntil, memberNotifierOf, newsOf, notifier, telemetry } from './setup.ts';

/** What a person who invokes the function by hand gets to see. */
export interface Answer {
  readonly launch: IgnoredEvent | LaunchAnswer | InvalidAnswer;
  readonly outcomes: readonly ShownOutcome[];
}

/** Where the launch came from; its time as ISO 8601 in UTC. */
type LaunchAnswer = { readonly kind: Launch['kind']; readonly launchedAt: string | undefined } & Omit<
  LaunchSource,
  'launchedAt'
>;

/** An event of another form, which lies in the dead-letter queue now. */
interface InvalidAnswer {
  readonly kind: 'invalid';
  readonly reason: string;
}

/**
 * The Lambda function: settles the launch that one EventBridge event tells of.
 *
 * What only a person can settle it puts into the dead-letter queue, what has time left to get its name into the
 * second-look queue; then it is done. It throws when another try may succeed. Lambda then invokes it again with the same
 * event, which is always safe, and in the end sends the event and the error to the second-look queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 *
 * Without a dead-letter queue, and for an event that is sent again by hand, it throws in either case: whoever sent it sees
 * to it. A probe, which an operator sends, it answers and does nothing else.
 *
 * @throws InvalidEventError when the event is not of an API call's shape
 * @throws ForeignLaunchError when the launch is of another account or region
 * @throws UnlistedLaunchError when the launch has instances that could not be found
 * @throws UnsettledInstancesError when an instance is neither spared nor gone
 * @throws HandOverError when a queue did not take a message
 */
export async function handler(event: { readonly probe: unknown }, context: Context): Promise<Probed>;
export async function handler(event: unknown, context: Context): Promise<Answer>;
export async function handler(event: unknown, context: Context): Promise<Answer | Probed> {
  telemetry.reportEvent(event, context);
  if (isProbe(event)) return (await import('./probe.ts')).probe(event, context);
  const end = endOf(context);
  const launch = read(event);
  if (launch instanceof InvalidEventError) {
    telemetry.reportInvalidEvent(launch);
    const { handOverInvalidEvent } = await import('./hand-over-launch.ts');
    await handOverInvalidEvent(event, launch, context.invokedFunctionArn, end);
    return { launch: { kind: 'invalid', reason: launch.message }, outcomes: [] };
  }
  if (launch.kind === 'ignored') {
    telemetry.reportIgnoredEvent(launch);
    return { launch, outcomes: [] };
  }

  const { source } = launch;
  const settlement = await enforceLaunch(launch, enforcementUntil(end, context));
  const settledAt = systemClock.now();
  telemetry.reportSettlement(launch, settlement, settledAt);
  // People are told whatever else fails: the next try at this event finds the instances gone, and has nothing to tell.
  const [told, handedOver] = await Promise.allSettled([
    tell(source, settlement, context, settledAt, end),
    handOver(event, source, settlement, context.invokedFunctionArn, end),
  ]);
  if (told.status === 'rejected') throw told.reason;
  for (const notification of told.value) telemetry.reportNotification(source, notification);
  if (handedOver.status === 'rejected') throw handedOver.reason;
  return { launch: answerOf(launch), outcomes: settlement.outcomes.map(shownOutcome) };
}

async function tell(
  source: LaunchSource,
  { outcomes }: Settlement,
  context: Context,
  settledAt: number,
  end: number,
): Promise<readonly Notification[]> {
  const told = [notifier, memberNotifierOf(context)].map(async (one) =>
    one?.notify(source, newsOf(outcomes), settledAt, end),
  );
  return (await Promise.all(told)).flatMap((notifications) => notifications ?? []);
}

/** Loads what it takes first: most launches are finished, and a start should not wait for it. */
async function handOver(
  event: unknown,
  source: LaunchSource,
  settlement: Settlement,
  functionArn: string,
  end: number,
): Promise<void> {
  if (isFinished(settlement)) return;
  const { handOverLaunch } = await import('./hand-over-launch.ts');
  await handOverLaunch(event, source, settlement, functionArn, end);
}

function read(event: unknown): Launch | IgnoredEvent | InvalidEventError {
  try {
    return readLaunch(event);
  } catch (error) {
    if (error instanceof InvalidEventError) return error;
    throw error;
  }
}

function answerOf({ kind, source }: Launch): LaunchAnswer {
  const { launchedAt } = source;
  return {
    kind,
    ...source,
    launchedAt: launchedAt === undefined ? undefined : new Date(launchedAt).toISOString(),
  };
}
