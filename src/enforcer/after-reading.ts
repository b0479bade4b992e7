import type { Enforcement } from './enforcement.ts';
import type { LiveInstance } from './fleet.ts';
import { judge } from './judge.ts';
import { nameFor } from './name-for.ts';
import { askAgain, done, toSettle } from './open-instance.ts';
import type { Nameless, OpenInstance, Step } from './open-instance.ts';
import type { Reading } from './read-live-tags.ts';
import { serviceGroupOf } from './service-group.ts';

/**
 * EC2 shows a terminated instance for about this long, in milliseconds:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const TERMINATED_SHOWN_FOR = 60 * 60 * 1000;

/** Milliseconds from a launch to the instance running, at most. What was launched earlier was stopped in between. */
const LAUNCH_TAKES = 10 * 60 * 1000;

/** What to do now that EC2 was asked for an instance. */
export function afterReading(
  open: OpenInstance,
  reading: Reading,
  now: number,
  enforcement: Pick<Enforcement, 'mode' | 'serviceLaunchMode' | 'exemptTagKeys'>,
): Step {
  const instance = toSettle(open);
  switch (reading.kind) {
    case 'shown':
      return afterShown(open, reading.instance, now, enforcement);
    case 'missing':
      if (isLongAgo(open.launchedAt, now))
        return done({ instanceId: open.instanceId, outcome: 'already-gone', reason: 'not-found' });
      return askAgain({ ...instance, because: 'missing' });
    case 'unreadable': {
      const { transient, detail } = reading;
      if (!transient)
        return done({ instanceId: open.instanceId, outcome: 'failed', reason: 'unreadable', detail });
      const isUnderWay = open.because === 'not-terminated' || open.because === 'naming';
      return askAgain(isUnderWay ? open : { ...instance, because: 'unreadable', detail });
    }
    case 'out-of-time':
      return askAgain(open);
  }
}

function afterShown(
  open: OpenInstance,
  { state, tags, isManaged, firstLaunchedAt, reservationId, spotRequestId }: LiveInstance,
  now: number,
  {
    mode,
    serviceLaunchMode,
    exemptTagKeys,
  }: Pick<Enforcement, 'mode' | 'serviceLaunchMode' | 'exemptTagKeys'>,
): Step {
  const { instanceId, dueAt, startedAt, launcher } = open;
  const group = serviceGroupOf({ tags, spotRequestId });
  const about = { instanceId, ...(group !== undefined && { group }) };
  if (state === 'shutting-down' || state === 'terminated') {
    // What was asked for and is on its way down was this launch's kill, though its answer was lost.
    if (open.because === 'not-terminated')
      return done({ ...about, outcome: 'terminated', reason: open.reason });
    return done({ ...about, outcome: 'already-gone', reason: state });
  }
  if (isManaged) return done({ ...about, outcome: 'spared', reason: 'managed' });
  const { verdict, reason } = judge(tags, exemptTagKeys);
  if (verdict === 'spare') {
    // Another name than the one that was given is a person's, and stays.
    if (open.because === 'naming' && tags.some(({ key, value }) => key === 'Name' && value === open.name))
      return done({ ...about, outcome: 'named', reason: open.reason, name: open.name });
    return done({ ...about, outcome: 'spared', reason });
  }
  if (startedAt !== undefined) {
    if (firstLaunchedAt === undefined)
      return done({ ...about, outcome: 'failed', reason: 'unreadable', detail: noFirstLaunch });
    if (startedAt - firstLaunchedAt > LAUNCH_TAKES)
      return done({ ...about, outcome: 'spared', reason: 'not-a-launch' });
  }
  const then = group === undefined ? mode : serviceLaunchMode;
  if (dueAt !== undefined && now < dueAt)
    return done({ ...about, outcome: 'postponed', reason, dueAt, mode: then });
  if (then !== 'report' && open.because === 'denied')
    return done({ ...about, outcome: 'failed', reason: 'denied', detail: open.detail });
  const nameless: Nameless = { ...toSettle(open), reason, group, reservationId };
  switch (then) {
    case 'report':
      return done({ ...about, outcome: 'would-terminate', reason });
    case 'name': {
      // EC2 took it, and does not show it yet.
      if (open.because === 'naming' && open.detail === undefined) return askAgain(open);
      const name = nameFor({ instanceId, tags, group, launcher });
      return { do: 'name', nameless: { ...nameless, name, isAgain: open.because === 'naming' } };
    }
    case 'terminate':
      return group === undefined
        ? { do: 'terminate', nameless }
        : { do: 'check-relaunches', nameless: { ...nameless, group, open } };
  }
}

const noFirstLaunch =
  'Expected EC2 to show when a network interface was attached, which tells a launch from a start, got none';

/** Unknown is not long ago: then a missing instance stays missing, and fails loud. */
function isLongAgo(launchedAt: number | undefined, now: number): boolean {
  return launchedAt !== undefined && now - launchedAt > TERMINATED_SHOWN_FOR;
}
