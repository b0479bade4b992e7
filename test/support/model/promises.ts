import type { Tag } from '../../../src/enforcer/launch.ts';
import type { Outcome, Unsettled } from '../../../src/enforcer/outcome.ts';
import type { NewInstance } from '../in-memory-instance.ts';
import { launchedAt } from '../launches.ts';
import { exemptTagKey } from './run-schedule.ts';
import type { Attempt, Delivery, Run } from './run-schedule.ts';
import { tagKinds } from './schedule.ts';
import type { ModelLaunch } from './ec2-state.ts';

const HOUR = 60 * 60_000;

/** What the design calls named, written a second time: the model must not ask the policy that it checks. */
function isNamed(tags: readonly Tag[]): boolean {
  return tags.some(({ key, value }) => key === 'Name' && value !== '');
}

/** What the role's guard denies: it does not tell upper from lower case in a tag's key. */
function isGuarded(tags: readonly Tag[]): boolean {
  return tags.some(({ key, value }) => key.toLowerCase() === 'name' && value !== '');
}

function isSpared(tags: readonly Tag[]): boolean {
  return isNamed(tags) || tags.some(({ key }) => key === exemptTagKey);
}

/** Every promise that the run broke, in words; none when all were kept. */
export function brokenPromises(run: Run): string[] {
  const launched = new Set(run.deliveries.flatMap(({ launch }) => idsOf(launch)));
  const managed = new Set(
    run.deliveries.flatMap(({ launch }) =>
      launch.instances.filter((one) => one.managed).map((one) => one.instanceId),
    ),
  );
  return [
    ...run.fleet.kills.filter(({ tags }) => isNamed(tags)).map(({ instanceId }) => `${instanceId} was named`),
    ...run.fleet.kills
      .filter(({ instanceId }) => !launched.has(instanceId))
      .map(({ instanceId }) => `${instanceId} was killed, though nobody launched it`),
    ...run.fleet.kills
      .filter(({ instanceId }) => managed.has(instanceId))
      .map(({ instanceId }) => `${instanceId} was killed, though a service provider manages it`),
    ...toldTwice(run),
    ...run.deliveries.flatMap((delivery) => [
      ...delivery.attempts.flatMap((attempt) => brokenByAttempt(attempt, delivery.launch, run)),
      ...lostBy(delivery, run),
    ]),
  ];
}

/**
 * One kill, one `terminated`, whatever comes twice. Where a call to terminate fails, or a refusal tells of one zone while
 * another zone dies, two deliveries side by side can both have asked for it, and each finds it done: nobody can tell
 * them apart.
 */
function toldTwice({ deliveries, fleet, schedule }: Run): string[] {
  const isUnsure =
    schedule.outages.length > 0 ||
    schedule.faults.some(({ operation }) => operation === 'terminate') ||
    fleet.refusals.includes('protected');
  if (isUnsure) return [];
  const told = deliveries
    .flatMap(({ attempts }) => attempts.flatMap(({ settlement }) => settlement.outcomes))
    .filter(({ outcome }) => outcome === 'terminated')
    .map(({ instanceId }) => instanceId);
  return told.filter((id, index) => told.indexOf(id) < index).map((id) => `the kill of ${id} is told twice`);
}

function brokenByAttempt(attempt: Attempt, launch: ModelLaunch, run: Run): string[] {
  const { settlement, watched, endedAt, deadline } = attempt;
  const ids = new Set(idsOf(launch));
  const broken: string[] = [];
  if (endedAt > deadline) broken.push(`the attempt ended ${endedAt - deadline} ms after its deadline`);
  if (run.schedule.mode === 'report' && watched.asks.length > 0) broken.push('report mode asked for a kill');

  for (const { instanceId, lastShown } of watched.asks) {
    if (!ids.has(instanceId)) broken.push(`${instanceId} is not of the launch, and its kill was asked for`);
    if (lastShown === undefined) broken.push(`${instanceId} was not read, and its kill was asked for`);
    else if (isSpared(lastShown.tags))
      broken.push(`${instanceId} was read as spared, and its kill asked for`);
    if (isSparedByEvent(instanceId, launch))
      broken.push(`the event spares ${instanceId}, its kill was asked for`);
  }

  if (settlement.kind === 'foreign' && !launch.plan.isForeign) broken.push('a launch was called foreign');
  if (launch.plan.isForeign && (settlement.kind !== 'foreign' || attempt.error === undefined))
    broken.push('a foreign launch did not throw');
  if (launch.plan.isForeign && watched.calls > 0) broken.push('EC2 was asked for a foreign launch');

  const outcomes = settlement.outcomes.map(({ instanceId }) => instanceId);
  if (new Set(outcomes).size < outcomes.length) broken.push('an instance has two outcomes');
  if (outcomes.some((id) => !ids.has(id))) broken.push('an outcome is of an instance of another launch');
  if (settlement.kind === 'settled') {
    // EC2 no longer shows what went down long ago, so an event that does not list it cannot tell of it.
    const left = [...ids].filter((id) => !outcomes.includes(id));
    const silent = left.filter((id) => launch.plan.form === 'listed' || !attempt.dead.has(id));
    broken.push(...silent.map((id) => `${id} has no outcome`));
  }
  if (settlement.kind === 'spared-whole' && !isSpared(tagKinds[launch.plan.requestTags])) {
    broken.push('the launch was spared whole without a reason');
  }
  if (settlement.kind === 'incomplete' && settlement.incomplete.reason === 'ambiguous') {
    broken.push('a launch was called ambiguous, though no other one has its client token');
  }
  if (settlement.kind === 'incomplete' && attempt.error === undefined)
    broken.push('incomplete instances threw nothing');

  for (const outcome of settlement.outcomes) {
    const lie = lieOf(outcome, attempt, launch, run);
    if (lie !== undefined) {
      broken.push(`${outcome.instanceId} is said to be ${outcome.outcome} ${outcome.reason}, but ${lie}`);
    }
  }
  return broken;
}

/** What is wrong about an outcome. */
function lieOf(outcome: Outcome, attempt: Attempt, launch: ModelLaunch, run: Run): string | undefined {
  const { instanceId } = outcome;
  const shown = attempt.watched.lastShown.get(instanceId);
  const isDead = attempt.dead.has(instanceId);
  switch (outcome.outcome) {
    case 'spared':
      if (outcome.reason.endsWith('-at-launch')) {
        return isSparedByEvent(instanceId, launch) ? undefined : 'the event does not spare it';
      }
      if (outcome.reason === 'managed') return shown?.isManaged === true ? undefined : 'nobody manages it';
      return isSpared(shown?.tags ?? []) ? undefined : 'its live tags do not spare it';
    case 'terminated':
      return isDead ? undefined : 'it lives';
    case 'would-terminate':
      if (run.schedule.mode !== 'report') return 'the mode is to terminate';
      return shown !== undefined && !isSpared(shown.tags) ? undefined : 'it was not read as nameless';
    case 'named':
      return 'the mode is not to name';
    case 'postponed':
      return 'there is no grace';
    case 'already-gone':
      if (!isDead) return 'it lives';
      if (outcome.reason !== 'not-found') return undefined;
      return attempt.endedAt - launchedAt > HOUR ? undefined : 'the launch is not long ago';
    case 'deferred':
    case 'failed':
      if (!isToBlame(outcome, attempt, launch, run)) return 'another instance is the cause';
      return attempt.error?.message.includes(`${instanceId} ${outcome.outcome}: ${outcome.reason}`)
        ? undefined
        : 'no error names it';
  }
}

/** Whether it is the instance itself for which it failed: one must not shield, or fail, the others of its call. */
function isToBlame(
  { instanceId, reason }: Unsettled,
  attempt: Attempt,
  launch: ModelLaunch,
  run: Run,
): boolean {
  const instance = launch.instances.find((one) => one.instanceId === instanceId);
  if (instance === undefined) return false;
  const { hiddenUntil = 0, unknownUntil = 0, tags = [], tagChanges = [] } = instance;
  switch (reason) {
    case 'protected':
      return instance.protected === true;
    case 'refused':
      return instance.unsupported === true;
    case 'denied':
      return [tags, ...tagChanges.map((change) => change.tags)].some(isGuarded);
    case 'not-visible':
      return (
        Math.max(hiddenUntil, unknownUntil) > attempt.startedAt ||
        run.schedule.faults.some(({ kind }) => kind === 'lacks-one')
      );
    case 'relaunched':
    case 'not-named':
      return false;
    case 'unreadable':
    case 'not-terminated':
    case 'out-of-time':
      return true;
  }
}

/** Instances that were nameless all the time and live, though nobody would be told of them. */
function lostBy({ launch, last }: Delivery, { fleet, schedule }: Run): string[] {
  if (schedule.mode === 'report' || launch.plan.isForeign || last.error?.name === 'UnlistedLaunchError')
    return [];
  return launch.instances
    .filter((instance) => isAlwaysNameless(instance) && !fleet.isDead(instance.instanceId))
    .filter(({ instanceId }) => !last.error?.message.includes(instanceId))
    .map(({ instanceId }) => `${instanceId} is nameless, lives, and no error of the last attempt names it`);
}

function isAlwaysNameless({ tags = [], tagChanges = [], managed = false }: NewInstance): boolean {
  return !managed && !isSpared(tags) && tagChanges.every((change) => !isSpared(change.tags));
}

function isSparedByEvent(instanceId: string, { plan, instances }: ModelLaunch): boolean {
  const position = instances.findIndex((instance) => instance.instanceId === instanceId);
  const own = plan.form === 'listed' && plan.instances[position]?.isShownInEvent;
  return isSpared(tagKinds[plan.requestTags]) || (own === true && isSpared(instances[position]?.tags ?? []));
}

function idsOf(launch: ModelLaunch): string[] {
  return launch.instances.map(({ instanceId }) => instanceId);
}
