import * as v from 'valibot';
import type { LogLine } from '../aws/cloudwatch-logs.ts';
import { utcTime } from '../../enforcer/event-schema.ts';
import type { InstanceId, LaunchSource } from '../../enforcer/launch.ts';
import { incompleteReasons } from '../../enforcer/settlement-errors.ts';
import { isFoundLater } from '../../enforcer/left-open.ts';
import { isTransient, unsettledReasons } from '../../enforcer/outcome.ts';
import { TRIED_FOR } from '../../enforcer/second-look-batch.ts';
import { LONGEST_DELAY } from '../../enforcer/write-second-look.ts';
import type { InstanceNow } from '../instance-now.ts';

/** Instances that wait in the second-look queue, as the log of the functions tells of them. */
export interface Waiting {
  /**
   * - `grace`: nameless, with time left to get a name
   * - `asked`: somebody asked for it, with `audit --send`
   * - `failed`: a try failed, and another may succeed
   */
  readonly kind: 'grace' | 'asked' | 'failed';
  /** Why it is nameless, or why the try failed. */
  readonly reason: string;
  readonly source: Omit<LaunchSource, 'launchedAt' | 'launchedWith' | 'invokedBy'>;
  /** Each once. None for a launch whose instances could not be found. */
  readonly instanceIds: readonly InstanceId[];
  /** When the log first told of it, in epoch milliseconds: the launch was not later. */
  readonly toldAt: number;
  /** When it is looked at again, at the latest, in epoch milliseconds. */
  readonly until: number;
  /** When the first of the tries failed, in epoch milliseconds; undefined when none did. */
  readonly failingSince: number | undefined;
}

/** The longest from one try to the next, in milliseconds. */
const LONGEST_WAIT = LONGEST_DELAY * 1000;

/** How long tries go on before a person is asked, and the last of them takes, in milliseconds. */
export const LOOK_BACK = TRIED_FOR + LONGEST_WAIT;

/** What a message may be late with nothing being wrong: batches, throttling, a cold start. */
const LATE = 5 * 60_000;

const shownText = v.fallback(v.optional(v.string()), undefined);

const about = {
  stack: shownText,
  launcher: shownText,
  account: shownText,
  region: shownText,
  reservationId: shownText,
  eventId: shownText,
};

/** Lines of the functions and of `audit --send`, as docs/telemetry.md describes them. */
const Line = v.union([
  v.object({
    message: v.string(),
    instanceId: v.string(),
    outcome: v.literal('postponed'),
    reason: v.string(),
    dueAt: utcTime,
    ...about,
  }),
  v.object({
    instanceId: v.string(),
    outcome: v.picklist(['failed', 'deferred', 'would-terminate']),
    reason: v.string(),
    ...about,
  }),
  v.object({ message: v.literal('launch incomplete'), reason: v.string(), ...about }),
]);
type Line = v.InferOutput<typeof Line>;

/** Which lines `readWaiting` needs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
export const LINES_PATTERN =
  '{ ($.outcome = "postponed") || ($.outcome = "failed") || ($.outcome = "deferred") || ' +
  '($.outcome = "would-terminate") || ($.message = "launch incomplete") }';

/** Reasons for which a try is made again. */
const transient: ReadonlySet<string> = new Set([
  ...unsettledReasons.filter(isTransient),
  ...incompleteReasons.filter(isFoundLater),
]);

/**
 * What waits, by the newest line of each instance. What became of it since is not in these lines: where EC2 shows it named
 * or gone, it waits no longer or is spared at its time.
 *
 * @param lines in any order, of any form
 * @param stackName name of the stack, which several may share a log with
 * @param now epoch milliseconds
 */
export function readWaiting(lines: readonly LogLine[], stackName: string, now: number): Waiting[] {
  const stories = Map.groupBy(
    lines
      .toSorted((one, other) => one.at - other.at)
      .flatMap(({ at, message }) => {
        const line = v.safeParse(v.pipe(v.string(), v.parseJson(), Line), message);
        return line.success && (line.output.stack ?? stackName) === stackName ? [{ at, ...line.output }] : [];
      }),
    (line) => ('instanceId' in line ? line.instanceId : `launch ${line.eventId ?? line.reservationId}`),
  );
  const each = [...stories.values()].flatMap((story) => ofStory(story, now));
  const groups = Map.groupBy(each, ({ kind, reason, until, failingSince, source }) =>
    JSON.stringify([kind, reason, until, failingSince, source]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const toldAt = Math.max(...group.map((one) => one.toldAt));
      return [{ ...first, toldAt, instanceIds: group.flatMap(({ instanceIds }) => instanceIds) }];
    })
    .toSorted((one, other) => one.until - other.until);
}

/** @param story the lines of one instance, or of one launch that could not be found, the oldest first */
function ofStory(story: readonly (Line & { readonly at: number })[], now: number): Waiting[] {
  const last = story.at(-1);
  const [first] = story;
  if (first === undefined || last === undefined) return [];
  const { launcher, account, region, reservationId, eventId } = last;
  const shared = {
    reason: last.reason,
    toldAt: first.at,
    source: { launcher, account, region, reservationId, eventId },
    instanceIds: 'instanceId' in last ? [last.instanceId] : [],
  };
  if ('dueAt' in last) {
    const kind = last.message === 'instance sent' ? 'asked' : 'grace';
    return [{ ...shared, kind, until: last.dueAt, failingSince: undefined }];
  }
  if (!transient.has(last.reason)) return [];
  const earlier = story.findLastIndex((line) => !transient.has(line.reason));
  const failingSince = story[earlier + 1]?.at ?? last.at;
  // It lies in the dead-letter queue by then.
  if (last.at - failingSince > LOOK_BACK) return [];
  const until = last.at + Math.min(LONGEST_WAIT, Math.max(60_000, last.at - failingSince));
  // Nothing but another such line would tell that a launch is still not found.
  if (!('instanceId' in last) && now > until + LATE) return [];
  return [{ ...shared, kind: 'failed', until, failingSince }];
}

/** What waits, with its instances as they are now. */
export interface WaitingNow extends Waiting {
  readonly instances: readonly InstanceNow[];
  /** Whether it should have been looked at by now, and EC2 was asked and some of it is neither named nor gone. */
  readonly overdue: boolean;
  /** Whether it should have been looked at by now, and nobody could look whether what is left of it is named or gone. */
  readonly untold: boolean;
}

/** What waits, or should no longer; what has had its time and is settled is left out. */
export function withInstances(
  waiting: readonly Waiting[],
  instances: ReadonlyMap<InstanceId, InstanceNow>,
  now: number,
): WaitingNow[] {
  return waiting.flatMap((one) => {
    const all = one.instanceIds.flatMap((instanceId) => instances.get(instanceId) ?? []);
    // Until its time comes, a name that it got may go again.
    const mayBeOver = one.kind === 'failed' || now > one.until;
    const left = mayBeOver ? all.filter(({ settled }) => !settled) : all;
    if (all.length > 0 && left.length === 0) return [];
    const isLate = now > one.until + LATE && left.length > 0;
    const overdue = isLate && left.some(({ kind }) => kind === 'shown' || kind === 'not-shown');
    return [{ ...one, instances: left, overdue, untold: isLate && !overdue }];
  });
}
