import { backoff } from './backoff.ts';
import type { Enforcement } from './enforcement.ts';
import { findLaunch } from './find-launch.ts';
import type { InstanceId, Launch } from './launch.ts';
import { judge } from './name-tag-policy.ts';
import type { TerminateReason } from './name-tag-policy.ts';
import type { Outcome } from './outcome.ts';
import { readLiveTags } from './read-live-tags.ts';
import type { Reading } from './read-live-tags.ts';
import type { Settlement } from './settlement.ts';
import { terminateEach } from './terminate-each.ts';
import type { Kill } from './terminate-each.ts';

/**
 * EC2 shows a terminated instance for about this long, in milliseconds:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const TERMINATED_SHOWN_FOR = 60 * 60 * 1000;

/**
 * Settles one launch: spares what is named or exempt, terminates what is nameless, and says what happened to each
 * instance and why. Running it again on the same launch is always safe.
 *
 * The event is trusted to spare, never to kill: launch tags that show a name spare without a call to EC2; before
 * a kill the live tags are read. Every instance gets its outcome, whatever happens to the others, and nothing but
 * the launch's own instances is touched, whatever EC2 answers.
 *
 * @returns the settlement; `settlementError` tells whether it leaves anything open
 */
export async function enforceNameTag(launch: Launch, enforcement: Enforcement): Promise<Settlement> {
  const { exemptTagKeys } = enforcement;
  switch (launch.kind) {
    case 'launch': {
      const spared: Outcome[] = [];
      const open: OpenInstance[] = [];
      for (const { instanceId, launchTags } of launch.instances) {
        const verdict = judge(launchTags, exemptTagKeys);
        if (verdict.verdict === 'terminate') open.push({ instanceId, because: 'unread' });
        else spared.push({ instanceId, outcome: 'spared', reason: `${verdict.reason}-at-launch` });
      }
      const outcomes = await settleByLiveTags(open, launch, enforcement);
      return { kind: 'settled', outcomes: [...spared, ...outcomes] };
    }
    case 'unlisted': {
      const verdict = judge(launch.launchTags, exemptTagKeys);
      if (verdict.verdict === 'spare') {
        return { kind: 'spared-whole', reason: `${verdict.reason}-at-launch`, outcomes: [] };
      }
      const { instanceIds, unfound } = await findLaunch(launch, enforcement);
      const open = instanceIds.map((instanceId): OpenInstance => ({ instanceId, because: 'unread' }));
      const outcomes = await settleByLiveTags(open, launch, enforcement);
      return unfound === undefined ? { kind: 'settled', outcomes } : { kind: 'unfound', unfound, outcomes };
    }
  }
}

/** An instance without an outcome yet, and why it has none. */
type OpenInstance = { readonly instanceId: InstanceId } & (
  | { readonly because: 'unread' }
  | { readonly because: 'missing' }
  /** The role's guard denied the kill, so the instance may have got its name meanwhile. */
  | { readonly because: 'denied'; readonly detail: string }
);

/** What to do about an open instance, now that EC2 was asked. */
type Step = Settle | AskAgain | { readonly do: 'terminate'; readonly reason: TerminateReason };
type Settle = { readonly do: 'settle'; readonly outcome: Outcome };
type AskAgain = { readonly do: 'ask-again'; readonly open: OpenInstance };

/**
 * Round by round: read the live tags of what is open, terminate the nameless at once, and ask again about the rest
 * while there is time. An instance that EC2 does not show yet never holds up the others.
 */
async function settleByLiveTags(
  instances: readonly OpenInstance[],
  launch: Launch,
  enforcement: Enforcement,
): Promise<Outcome[]> {
  const { fleet, clock, deadline } = enforcement;
  const settled: Outcome[] = [];
  let open = instances;
  for (let round = 1; open.length > 0; round++) {
    const steps: (Settle | AskAgain)[] = [];
    const doomed: { instanceId: InstanceId; reason: TerminateReason }[] = [];
    for (const [instance, reading] of await readLiveTags(open, fleet, deadline)) {
      const step = afterReading(instance, reading, isLongAgo(launch, clock.now()), enforcement);
      if (step.do === 'terminate') doomed.push({ instanceId: instance.instanceId, reason: step.reason });
      else steps.push(step);
    }
    let denied = false;
    for (const [{ instanceId, reason }, kill] of await terminateEach(doomed, fleet, deadline)) {
      steps.push(afterKill(instanceId, reason, kill));
      denied ||= kill.kind === 'denied';
    }

    settled.push(...steps.flatMap((step) => (step.do === 'settle' ? [step.outcome] : [])));
    open = steps.flatMap((step) => (step.do === 'ask-again' ? [step.open] : []));
    // What was denied may have its name by now: that is read at once. All else needs time to change.
    const again = denied || (open.length > 0 && (await backoff(round, clock, deadline)));
    if (!again) break;
  }
  return [...settled, ...open.map(giveUp)];
}

function afterReading(
  open: OpenInstance,
  reading: Reading,
  launchedLongAgo: boolean,
  { mode, exemptTagKeys }: Enforcement,
): Step {
  const { instanceId } = open;
  switch (reading.kind) {
    case 'shown':
      break;
    case 'missing':
      if (launchedLongAgo) return settle({ instanceId, outcome: 'already-gone', reason: 'not-found' });
      return { do: 'ask-again', open: { instanceId, because: 'missing' } };
    case 'unreadable':
      return settle({ instanceId, outcome: 'failed', reason: 'unreadable', detail: reading.detail });
    case 'out-of-time':
      return { do: 'ask-again', open };
  }

  const { state, tags } = reading.instance;
  if (state === 'shutting-down' || state === 'terminated') {
    return settle({ instanceId, outcome: 'already-gone', reason: state });
  }
  const { verdict, reason } = judge(tags, exemptTagKeys);
  if (verdict === 'spare') return settle({ instanceId, outcome: 'spared', reason });
  if (mode === 'report') return settle({ instanceId, outcome: 'would-terminate', reason });
  if (open.because === 'denied') {
    return settle({ instanceId, outcome: 'failed', reason: 'denied', detail: open.detail });
  }
  return { do: 'terminate', reason };
}

function afterKill(instanceId: InstanceId, reason: TerminateReason, kill: Kill): Settle | AskAgain {
  switch (kill.kind) {
    case 'terminated':
      return settle({ instanceId, outcome: 'terminated', reason });
    case 'failed':
      return settle({ instanceId, outcome: 'failed', reason: kill.reason, detail: kill.detail });
    case 'denied':
      return { do: 'ask-again', open: { instanceId, because: 'denied', detail: kill.detail } };
    case 'not-found':
      return { do: 'ask-again', open: { instanceId, because: 'missing' } };
    case 'out-of-time':
      return { do: 'ask-again', open: { instanceId, because: 'unread' } };
  }
}

/** The time is up. What EC2 did not show is told apart from what there was no time to settle. */
function giveUp({ instanceId, because }: OpenInstance): Outcome {
  switch (because) {
    case 'missing':
      return { instanceId, outcome: 'failed', reason: 'not-visible' };
    case 'unread':
    case 'denied':
      return { instanceId, outcome: 'deferred', reason: 'out-of-time' };
  }
}

function settle(outcome: Outcome): Settle {
  return { do: 'settle', outcome };
}

/** Unknown is not long ago: then a missing instance stays missing, and fails loud. */
function isLongAgo({ source: { launchedAt } }: Launch, now: number): boolean {
  return launchedAt !== undefined && now - launchedAt > TERMINATED_SHOWN_FOR;
}
