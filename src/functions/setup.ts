import type { Context } from 'aws-lambda';
import { ec2FleetOnDemand, eventBusOnDemand, membersOnDemand, sqsQueueOnDemand } from '../aws/on-demand.ts';
import type { MembersOnDemand } from '../aws/on-demand.ts';
import { systemClock } from './clock.ts';
import { readConfig } from './config.ts';
import type { Enforcement } from '../enforcer/enforcement.ts';
import { ROUNDS_IN_HUB } from '../enforcer/fleets.ts';
import { homeOf, partitionOf } from './home.ts';
import type { InstanceId } from '../enforcer/launch.ts';
import { isPostponed } from '../enforcer/outcome.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import { createNotifier } from '../notices/notifier.ts';
import type { Notifier } from '../notices/notifier.ts';
import { tellMembers } from '../notices/tell-members.ts';
import { Telemetry } from './telemetry.ts';

/* What every function is made of: made once, when it starts, from its environment. */

const config = readConfig(process.env);
const fleet = ec2FleetOnDemand(config.ec2EndpointUrl);
/** Made at the first invocation, which tells where the stack is. */
let members: MembersOnDemand | undefined;
let inMembers: Notifier | undefined;
const knownProtected = new Map<InstanceId, string>();

export const { grace, hasTrail } = config;
export const telemetry = new Telemetry(config.stackName);
export const notifier =
  config.eventBusName === undefined
    ? undefined
    : createNotifier(eventBusOnDemand(config.eventBusName, config.stackName), systemClock);
export const deadLetterQueue =
  config.deadLetterQueueUrl === undefined ? undefined : sqsQueueOnDemand(config.deadLetterQueueUrl);
export const secondLookQueue =
  config.secondLookQueueUrl === undefined ? undefined : sqsQueueOnDemand(config.secondLookQueueUrl);

/** Tells those of members, beside `notifier`; undefined where they are not to be told. */
export function memberNotifierOf({ invokedFunctionArn }: Context): Notifier | undefined {
  const itsMembers = config.noticesInMembers ? membersOf(invokedFunctionArn) : undefined;
  if (notifier === undefined || itsMembers === undefined) return undefined;
  return (inMembers ??= tellMembers(
    // As its EC2 is: the launches of the others do not wait for a member that fails.
    createNotifier(itsMembers.bus, systemClock, ROUNDS_IN_HUB),
    homeOf(invokedFunctionArn),
  ));
}

/** What people are told of: they are warned of a termination that is to come, and of nothing else that is. */
export function newsOf(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter((outcome) => !isPostponed(outcome) || outcome.mode === 'terminate');
}

/** Milliseconds kept back to report and to throw: a time-out tells nobody which instance lives. */
const KEPT_BACK = 1_000;

/** Milliseconds kept back before that for notices and messages, when all else took until the last moment. */
const FOR_MESSAGES = 3_000;

/** When everything has to be done, in epoch milliseconds. */
export function endOf(context: Context): number {
  return systemClock.now() + context.getRemainingTimeInMillis() - KEPT_BACK;
}

/** @param end epoch milliseconds */
export function enforcementUntil(end: number, { invokedFunctionArn }: Context): Enforcement {
  const sendsMessages = (notifier ?? deadLetterQueue ?? secondLookQueue) !== undefined;
  return {
    fleet,
    clock: systemClock,
    deadline: sendsMessages ? end - FOR_MESSAGES : end,
    mode: config.mode,
    serviceLaunchMode: config.serviceLaunchMode,
    relaunchLimit: config.relaunchLimit,
    grace: config.grace,
    exemptTagKeys: config.exemptTagKeys,
    home: config.isSamLocal ? undefined : homeOf(invokedFunctionArn),
    members: membersOf(invokedFunctionArn)?.fleets,
    maxRounds: config.memberRoleName === undefined ? undefined : ROUNDS_IN_HUB,
    knownProtected,
  };
}

function membersOf(functionArn: string): MembersOnDemand | undefined {
  return (members ??= openMembers(functionArn));
}

/** A hub's members, with sessions in them of their own; undefined for a stack that is no hub. */
export function openMembers(functionArn: string): MembersOnDemand | undefined {
  const { memberRoleName: roleName, stackName: stack, ec2EndpointUrl } = config;
  if (roleName === undefined) return undefined;
  const hub = { ...homeOf(functionArn), partition: partitionOf(functionArn), stack, roleName };
  return membersOnDemand(hub, ec2EndpointUrl);
}
