import { backoff } from './backoff.ts';
import type { Enforcement } from './enforcement.ts';
import { judge } from './judge.ts';
import type { TerminateReason } from './judge.ts';
import type { InstanceId } from './launch.ts';
import type { Outcome } from './outcome.ts';
import { readLiveTags } from './read-live-tags.ts';
import type { Reading } from './read-live-tags.ts';
import { terminate } from './terminate.ts';
import type { InstanceTermination } from './terminate.ts';

/** An instance to settle. */
export interface InstanceToSettle {
  readonly instanceId: InstanceId;
  /** Epoch milliseconds; undefined when nobody knows: then an instance that EC2 does not show is never called gone. */
  readonly launchedAt: number | undefined;
  /** Epoch milliseconds before which a nameless one is not terminated; undefined: at once. */
  readonly dueAt?: number | undefined;
  /**
   * Epoch milliseconds at which it came to run, where nothing but that tells of a launch: an instance that was launched
   * long before was merely started.
   */
  readonly startedAt?: number | undefined;
}

/**
 * EC2 shows a terminated instance for about this long, in milliseconds:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const TERMINATED_SHOWN_FOR = 60 * 60 * 1000;

/** Milliseconds from a launch to the instance running, at most. What was launched earlier was stopped in between. */
const LAUNCH_TAKES = 10 * 60 * 1000;

/** An instance without an outcome yet, and why it has none. */
type OpenInstance = InstanceToSettle &
  (
    | { readonly because: 'unread' }
    | { readonly because: 'missing' }
    | { readonly because: 'unreadable'; readonly detail: string }
    /** The role's guard denied the termination, so the instance may have got its name meanwhile. */
    | { readonly because: 'denied'; readonly detail: string }
    /** It was asked for, and the answer was lost: EC2 may have done it. */
    | { readonly because: 'not-terminated'; readonly detail: string; readonly reason: TerminateReason }
  );

/** What to do about an open instance, now that EC2 was asked. */
type Step = Done | AskAgain | Terminate;
type Done = { readonly do: 'record'; readonly outcome: Outcome };
type AskAgain = { readonly do: 'ask-again'; readonly open: OpenInstance };
type Terminate = { readonly do: 'terminate'; readonly nameless: Nameless };

/** An instance to terminate, and why. */
type Nameless = InstanceToSettle & { readonly reason: TerminateReason };

/**
 * Settles instances by their live tags: spares what is named or exempt, terminates what is nameless, and says what
 * happened to each and why. Every way in ends here. To settle an instance twice is always safe.
 *
 * Round by round: read the live tags of what is open, terminate the nameless at once, and ask again about the rest
 * while there is time: what EC2 does not show yet, and what it failed to answer. None holds up the others. After a
 * termination without an answer the tags are read again before it is asked for again.
 *
 * @returns one outcome for each instance, in no order
 */
export async function settle(
  instances: readonly InstanceToSettle[],
  enforcement: Enforcement,
): Promise<Outcome[]> {
  const { fleet, clock, deadline, maxRounds = Infinity } = enforcement;
  const settled: Outcome[] = [];
  let open = instances.map((instance): OpenInstance => ({ ...instance, because: 'unread' }));
  for (let round = 1; open.length > 0; round++) {
    const steps: (Done | AskAgain)[] = [];
    const nameless: Nameless[] = [];
    for (const [instance, reading] of await readLiveTags(open, fleet, deadline)) {
      const step = afterReading(instance, reading, clock.now(), enforcement);
      if (step.do === 'terminate') nameless.push(step.nameless);
      else steps.push(step);
    }
    let denied = false;
    for (const [instance, termination] of await terminate(nameless, enforcement)) {
      steps.push(afterTermination(instance, termination));
      denied ||= termination.kind === 'denied';
    }

    settled.push(...steps.flatMap((step) => (step.do === 'record' ? [step.outcome] : [])));
    open = steps.flatMap((step) => (step.do === 'ask-again' ? [step.open] : []));
    // What was denied may have its name by now: that is read at once. All else needs time to change.
    const waits = open.length > 0 && round < maxRounds;
    const again = denied || (waits && (await backoff(round, clock, deadline)));
    if (!again) break;
  }
  return [...settled, ...open.map(giveUp)];
}

function afterReading(
  open: OpenInstance,
  reading: Reading,
  now: number,
  { mode, exemptTagKeys }: Enforcement,
): Step {
  const instance = toSettle(open);
  const { instanceId, launchedAt, dueAt, startedAt } = instance;
  switch (reading.kind) {
    case 'shown':
      break;
    case 'missing':
      if (isLongAgo(launchedAt, now))
        return done({ instanceId, outcome: 'already-gone', reason: 'not-found' });
      return askAgain({ ...instance, because: 'missing' });
    case 'unreadable': {
      const { detail } = reading;
      if (!reading.transient) return done({ instanceId, outcome: 'failed', reason: 'unreadable', detail });
      return askAgain(
        open.because === 'not-terminated' ? open : { ...instance, because: 'unreadable', detail },
      );
    }
    case 'out-of-time':
      return askAgain(open);
  }

  const { state, tags, isManaged, firstLaunchedAt } = reading.instance;
  if (state === 'shutting-down' || state === 'terminated') {
    // What was asked for and is on its way down was this launch's kill, though its answer was lost.
    if (open.because === 'not-terminated')
      return done({ instanceId, outcome: 'terminated', reason: open.reason });
    return done({ instanceId, outcome: 'already-gone', reason: state });
  }
  if (isManaged) return done({ instanceId, outcome: 'spared', reason: 'managed' });
  const { verdict, reason } = judge(tags, exemptTagKeys);
  if (verdict === 'spare') return done({ instanceId, outcome: 'spared', reason });
  if (startedAt !== undefined) {
    if (firstLaunchedAt === undefined)
      return done({ instanceId, outcome: 'failed', reason: 'unreadable', detail: noFirstLaunch });
    if (startedAt - firstLaunchedAt > LAUNCH_TAKES)
      return done({ instanceId, outcome: 'spared', reason: 'not-a-launch' });
  }
  if (dueAt !== undefined && now < dueAt) return done({ instanceId, outcome: 'postponed', reason, dueAt });
  if (mode === 'report') return done({ instanceId, outcome: 'would-terminate', reason });
  if (open.because === 'denied') {
    return done({ instanceId, outcome: 'failed', reason: 'denied', detail: open.detail });
  }
  return { do: 'terminate', nameless: { ...instance, reason } };
}

function afterTermination(
  { reason, ...instance }: Nameless,
  termination: InstanceTermination,
): Done | AskAgain {
  const { instanceId } = instance;
  switch (termination.kind) {
    case 'terminated':
      return done({ instanceId, outcome: 'terminated', reason });
    case 'down-before':
      return done({ instanceId, outcome: 'already-gone', reason: 'shutting-down' });
    case 'failed':
      return done({ instanceId, outcome: 'failed', reason: termination.reason, detail: termination.detail });
    case 'unanswered':
      return askAgain({ ...instance, because: 'not-terminated', detail: termination.detail, reason });
    case 'denied':
      return askAgain({ ...instance, because: 'denied', detail: termination.detail });
    case 'not-found':
      return askAgain({ ...instance, because: 'missing' });
    case 'out-of-time':
      return askAgain({ ...instance, because: 'unread' });
  }
}

/** The time is up. What EC2 did not show, or did not answer, is told apart from what there was no time to settle. */
function giveUp(open: OpenInstance): Outcome {
  const { instanceId } = open;
  switch (open.because) {
    case 'missing':
      return { instanceId, outcome: 'failed', reason: 'not-visible' };
    case 'unreadable':
    case 'not-terminated':
      return { instanceId, outcome: 'failed', reason: open.because, detail: open.detail };
    case 'unread':
    case 'denied':
      return { instanceId, outcome: 'deferred', reason: 'out-of-time' };
  }
}

const noFirstLaunch =
  'Expected EC2 to show when a network interface was attached, which tells a launch from a start, got none';

/** Without what the last round left. */
function toSettle({ instanceId, launchedAt, dueAt, startedAt }: OpenInstance): InstanceToSettle {
  return { instanceId, launchedAt, dueAt, startedAt };
}

function done(outcome: Outcome): Done {
  return { do: 'record', outcome };
}

function askAgain(open: OpenInstance): AskAgain {
  return { do: 'ask-again', open };
}

/** Unknown is not long ago: then a missing instance stays missing, and fails loud. */
function isLongAgo(launchedAt: number | undefined, now: number): boolean {
  return launchedAt !== undefined && now - launchedAt > TERMINATED_SHOWN_FOR;
}
