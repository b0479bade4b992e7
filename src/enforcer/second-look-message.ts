import * as v from 'valibot';
import { InvalidEventError } from './errors.ts';
import { instanceIdText, utcTime } from './event-schema.ts';
import type { IgnoredReason, InstanceId, Launch, LaunchSource } from './launch.ts';
import { launchTools } from './launched-with.ts';
import { parse } from './parse.ts';
import { readLaunch } from './read-launch.ts';
import { shown } from './user-identity.ts';

/** What a message of the second-look queue tells. */
export type SecondLookMessage =
  | StartedMessage
  | InstancesMessage
  | LaunchMessage
  /** It tells of nothing to look at. */
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason | 'another-state' };

/** An instance came to run: EC2's own signal, which needs no trail. */
export interface StartedMessage {
  readonly kind: 'started';
  readonly instanceId: InstanceId;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly source: LaunchSource;
}

/** Instances to look at when their time comes. */
export interface InstancesMessage {
  readonly kind: 'instances';
  /** One or more, each once. */
  readonly instanceIds: readonly InstanceId[];
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** Epoch milliseconds; set when only EC2's signal tells of the instances, so that they may be no launch. */
  readonly startedAt?: number | undefined;
  readonly source: LaunchSource;
}

/** A launch that the function for launches failed at, three times. */
export interface LaunchMessage {
  readonly kind: 'launch';
  readonly launch: Launch;
  /** The launch's own event. */
  readonly event: unknown;
  /** ARN of the function that failed. */
  readonly functionArn: string;
}

/** Ids in one message. They take 22 bytes each, of the 256 KB that a message may have. */
export const MOST_INSTANCES = 1_000;

/** The longest that a message may ask to wait, in milliseconds: the longest grace there is, and a day. */
const LONGEST_WAIT = 8 * 24 * 60 * 60 * 1000;

const unknownLaunch = {
  eventId: undefined,
  launcher: undefined,
  invokedBy: undefined,
  launchedWith: 'unknown',
  launchedAt: undefined,
  reservationId: undefined,
} as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
const StateChange = v.object({
  source: v.literal('aws.ec2'),
  account: v.string(),
  region: v.string(),
  time: utcTime,
  detail: v.object({ 'instance-id': instanceIdText, state: v.string() }),
});

/** The enforcer's own message, version 1. Times are ISO 8601 in UTC. */
const OwnMessage = v.object({
  version: v.literal(1),
  instanceIds: v.pipe(v.array(instanceIdText), v.minLength(1), v.maxLength(MOST_INSTANCES)),
  account: v.string(),
  region: v.string(),
  dueAt: utcTime,
  startedAt: v.optional(utcTime),
  launch: v.optional(
    v.object({
      launcher: shown(v.string()),
      invokedBy: shown(v.string()),
      launchedWith: v.fallback(v.picklist(launchTools), 'unknown'),
      launchedAt: shown(utcTime),
      reservationId: shown(v.string()),
      eventId: shown(v.string()),
    }),
  ),
});

/**
 * A record of an invocation that Lambda gave up on. The event is missing where request and answer were too large.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const FailureRecord = v.object({
  requestContext: v.object({ functionArn: v.string() }),
  requestPayload: v.unknown(),
});

/** What tells the forms apart. */
const Form = v.object({
  'detail-type': v.optional(v.unknown()),
  requestContext: v.optional(v.unknown()),
});

/**
 * Reads the body of a message.
 *
 * @param now epoch milliseconds
 * @throws InvalidEventError when it has none of the three forms, or asks to wait for longer than any grace
 */
export function readSecondLookMessage(body: string, now: number): SecondLookMessage {
  const json = parse(v.pipe(v.string(), v.parseJson()), body);
  const form = parse(Form, json);
  if (form.requestContext !== undefined) return ofRecord(json);
  if (form['detail-type'] === 'EC2 Instance State-change Notification') return ofStateChange(json);
  return ofOwnMessage(json, now);
}

function ofRecord(json: unknown): SecondLookMessage {
  const { requestContext, requestPayload } = parse(FailureRecord, json);
  const launch = readLaunch(requestPayload);
  if (launch.kind === 'ignored') return launch;
  return { kind: 'launch', launch, event: requestPayload, functionArn: requestContext.functionArn };
}

function ofStateChange(json: unknown): SecondLookMessage {
  const { account, region, time, detail } = parse(StateChange, json);
  if (detail.state !== 'running') return { kind: 'ignored', reason: 'another-state' };
  const source = { ...unknownLaunch, account, region };
  return { kind: 'started', instanceId: detail['instance-id'], startedAt: time, source };
}

function ofOwnMessage(json: unknown, now: number): SecondLookMessage {
  const { instanceIds, account, region, dueAt, startedAt, launch } = parse(OwnMessage, json);
  if (dueAt > now + LONGEST_WAIT) {
    throw new InvalidEventError({
      path: 'dueAt',
      expected: `at most ${iso(now + LONGEST_WAIT)}`,
      received: iso(dueAt),
    });
  }
  const source = { ...unknownLaunch, ...launch, account, region };
  return { kind: 'instances', instanceIds: [...new Set(instanceIds)], dueAt, startedAt, source };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
