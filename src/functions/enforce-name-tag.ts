import type { Context } from 'aws-lambda';
import { ec2FleetOnDemand, eventBusOnDemand } from '../aws/on-demand.ts';
import { readConfig } from './config.ts';
import { enforceLaunch } from '../enforcer/enforce-launch.ts';
import type { IgnoredEvent, InstanceId, Launch, LaunchSource } from '../enforcer/launch.ts';
import { createNotifier } from '../notices/notifier.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import { readLaunch } from '../enforcer/read-launch.ts';
import { settlementError } from '../enforcer/settlement.ts';
import { systemClock } from './clock.ts';
import { homeOf } from './home.ts';
import { Telemetry } from './telemetry.ts';

/** Milliseconds kept back to report and to throw: a time-out tells nobody which instance lives. */
const KEPT_BACK = 1_000;

/** Milliseconds kept back before that to tell people of a kill, when all else took until the last moment. */
const FOR_NOTICE = 3_000;

/** What a person who invokes the function by hand gets to see. */
export interface Answer {
  readonly launch: IgnoredEvent | LaunchAnswer;
  readonly outcomes: readonly Outcome[];
}

/** Where the launch came from; its time as ISO 8601 in UTC. */
type LaunchAnswer = { readonly kind: Launch['kind']; readonly launchedAt: string | undefined } & Omit<
  LaunchSource,
  'launchedAt'
>;

const config = readConfig(process.env);
const telemetry = new Telemetry(config.stackName);
const knownProtected = new Map<InstanceId, string>();
const fleet = ec2FleetOnDemand(config.ec2EndpointUrl);
const notifier =
  config.eventBusName === undefined
    ? undefined
    : createNotifier(eventBusOnDemand(config.eventBusName, config.stackName), systemClock);

/**
 * The Lambda function: settles the launch that one EventBridge event tells of.
 *
 * It returns when every instance is settled, and throws when one is not. Lambda then invokes it again with the same
 * event, which is always safe, and in the end sends the event and the error to the dead-letter queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 *
 * @throws InvalidEventError when the event is not of an API call's shape
 * @throws ForeignLaunchError when the launch is of another account or region
 * @throws UnlistedLaunchError when the launch has instances that could not be found
 * @throws UnsettledInstancesError when an instance is neither spared nor gone
 */
export async function handler(event: unknown, context: Context): Promise<Answer> {
  telemetry.reportEvent(event, context);
  const launch = read(event);
  if (launch.kind === 'ignored') {
    telemetry.reportIgnoredEvent(launch);
    return { launch, outcomes: [] };
  }

  const end = systemClock.now() + context.getRemainingTimeInMillis() - KEPT_BACK;
  const settlement = await enforceLaunch(launch, {
    fleet,
    clock: systemClock,
    deadline: notifier === undefined ? end : end - FOR_NOTICE,
    mode: config.mode,
    exemptTagKeys: config.exemptTagKeys,
    home: config.isSamLocal ? undefined : homeOf(context.invokedFunctionArn),
    knownProtected,
  });
  const settledAt = systemClock.now();
  telemetry.reportSettlement(launch, settlement, settledAt);
  // Before anything is thrown: the next try at this event finds the instances gone, and has nothing to tell.
  const notification = await notifier?.notify(launch.source, settlement.outcomes, settledAt, end);
  if (notification !== undefined) telemetry.reportNotification(launch, notification);
  const error = settlementError(launch, settlement);
  if (error !== undefined) throw error;
  return { launch: answerOf(launch), outcomes: settlement.outcomes };
}

function answerOf({ kind, source }: Launch): LaunchAnswer {
  const { launchedAt } = source;
  return {
    kind,
    ...source,
    launchedAt: launchedAt === undefined ? undefined : new Date(launchedAt).toISOString(),
  };
}

function read(event: unknown): Launch | IgnoredEvent {
  try {
    return readLaunch(event);
  } catch (error) {
    if (error instanceof Error) telemetry.reportInvalidEvent(error);
    throw error;
  }
}
