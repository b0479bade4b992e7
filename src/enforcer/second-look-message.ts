import * as v from 'valibot';
import { InvalidEventError } from './errors.ts';
import { instanceId, shown, utcTime } from './event-schema.ts';
import type { InstanceId, Launch, LaunchSource } from './launch.ts';
import { launchTools } from './launched-with.ts';
import type { Postponed } from './outcome.ts';
import { parse } from './parse.ts';
import { readLaunch } from './read-launch.ts';

/** What a message of the second-look queue asks for. */
export type SecondLookMessage =
  /** An instance came to run: EC2's own word, which needs no trail. */
  | {
      readonly kind: 'started';
      readonly instanceId: InstanceId;
      /** Epoch milliseconds. */
      readonly startedAt: number;
      readonly source: LaunchSource;
    }
  /** Instances to look at again, at `dueAt`, in epoch milliseconds. */
  | {
      readonly kind: 'instances';
      readonly instanceIds: readonly InstanceId[];
      readonly dueAt: number;
      readonly startedAt: number | undefined;
      readonly source: LaunchSource;
    }
  /** A launch that Lambda gave up on after three tries. */
  | { readonly kind: 'launch'; readonly launch: Launch }
  /** It tells of nothing to look at. */
  | { readonly kind: 'ignored'; readonly reason: string };

/** The longest that a message may ask to wait, in milliseconds: the longest grace there is, and a day. */
const LONGEST_WAIT = 8 * 24 * 60 * 60 * 1000;

const unknownLaunch = {
  launcher: undefined,
  invokedBy: undefined,
  launchedWith: 'unknown',
  launchedAt: undefined,
  reservationId: undefined,
} as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
const StateChange = v.object({
  id: shown(v.string()),
  source: v.literal('aws.ec2'),
  account: v.string(),
  region: v.string(),
  time: utcTime,
  detail: v.object({ 'instance-id': instanceId, state: v.string() }),
});

/** The enforcer's own message, version 1. Times are ISO 8601 in UTC. */
const OwnMessage = v.object({
  version: v.literal(1),
  instanceIds: v.pipe(v.array(instanceId), v.minLength(1), v.maxLength(1_000)),
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
 * A record of an invocation that Lambda gave up on. The event in it is missing where both were too large together.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const FailureRecord = v.object({
  requestContext: v.object({ functionArn: v.string(), condition: v.string() }),
  requestPayload: v.unknown(),
});

/**
 * Reads the body of a message of the second-look queue.
 *
 * @param now epoch milliseconds
 * @throws InvalidEventError when it is none of these
 */
export function readSecondLookMessage(body: string, now: number): SecondLookMessage {
  const json = parse(v.pipe(v.string(), v.parseJson()), body);
  const { 'detail-type': detailType, version, requestContext } = parse(Form, json);
  if (requestContext !== undefined) return ofRecord(parse(FailureRecord, json).requestPayload);
  if (detailType === 'EC2 Instance State-change Notification') return ofStateChange(parse(StateChange, json));
  if (version === 1) return ofOwnMessage(parse(OwnMessage, json), now);
  throw new InvalidEventError({
    path: 'detail-type',
    expected:
      'EC2 Instance State-change Notification, or `version` to be 1, or a record of a failed invocation',
    received: String(detailType),
  });
}

const Form = v.object({
  'detail-type': v.optional(v.unknown()),
  version: v.optional(v.unknown()),
  requestContext: v.optional(v.unknown()),
});

function ofRecord(event: unknown): SecondLookMessage {
  const launch = readLaunch(event);
  return launch.kind === 'ignored' ? launch : { kind: 'launch', launch };
}

function ofStateChange({
  id,
  account,
  region,
  time,
  detail,
}: v.InferOutput<typeof StateChange>): SecondLookMessage {
  if (detail.state !== 'running') return { kind: 'ignored', reason: 'another-state' };
  const source = { ...unknownLaunch, eventId: id, account, region };
  return { kind: 'started', instanceId: detail['instance-id'], startedAt: time, source };
}

function ofOwnMessage(message: v.InferOutput<typeof OwnMessage>, now: number): SecondLookMessage {
  const { instanceIds, account, region, dueAt, startedAt, launch } = message;
  if (dueAt > now + LONGEST_WAIT) {
    const latest = new Date(now + LONGEST_WAIT).toISOString();
    throw new InvalidEventError({
      path: 'dueAt',
      expected: `at most ${latest}`,
      received: new Date(dueAt).toISOString(),
    });
  }
  const source = { ...unknownLaunch, eventId: undefined, ...launch, account, region };
  return { kind: 'instances', instanceIds: [...new Set(instanceIds)], dueAt, startedAt, source };
}

/** What the enforcer's own message tells. */
export interface OwnMessageParts {
  readonly instanceIds: readonly InstanceId[];
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly startedAt?: number | undefined;
  readonly source: LaunchSource;
}

/** Writes a message that asks for these instances to be looked at again. */
export function writeOwnMessage({ instanceIds, dueAt, startedAt, source }: OwnMessageParts): string {
  const { account, region, launchedAt, ...launch } = source;
  return JSON.stringify({
    version: 1,
    instanceIds,
    account,
    region,
    dueAt: iso(dueAt),
    startedAt: iso(startedAt),
    launch: { ...launch, launchedAt: iso(launchedAt) },
  });
}

/** One message for each time at which some of these instances are due. */
export function writeMessagesFor(postponed: readonly Postponed[], source: LaunchSource): string[] {
  return Array.from(
    Map.groupBy(postponed, ({ dueAt }) => dueAt),
    ([dueAt, instances]) =>
      writeOwnMessage({ instanceIds: instances.map(({ instanceId }) => instanceId), dueAt, source }),
  );
}

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
