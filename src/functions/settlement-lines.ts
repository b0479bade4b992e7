import type { LaunchSource } from '../enforcer/launch.ts';
import { isUnsettled } from '../enforcer/outcome.ts';
import type { Outcome, Postponed } from '../enforcer/outcome.ts';
import type { Settlement } from '../enforcer/settlement.ts';

/** What a log line tells beside what all lines do. A member that is undefined is left out. */
export interface Line {
  readonly level: 'DEBUG' | 'INFO' | 'ERROR';
  readonly message: string;
  readonly [member: string]: unknown;
}

/** Instances by outcome. */
const outcomeMetric = {
  spared: 'InstancesSpared',
  terminated: 'InstancesTerminated',
  'would-terminate': 'InstancesWouldTerminate',
  named: 'InstancesNamed',
  'already-gone': 'InstancesAlreadyGone',
  postponed: 'InstancesPostponed',
  deferred: 'InstancesDeferred',
  failed: 'InstancesFailed',
} as const satisfies Record<Outcome['outcome'], string>;

/** Instances that only EC2's signal tells of, and that nothing was done to: a launch event counts most of them as well. */
export const startMetric = {
  spared: 'StartsSpared',
  'already-gone': 'StartsAlreadyGone',
  'would-terminate': 'StartsWouldTerminate',
  postponed: 'StartsPostponed',
} as const;

/** Failed instances by reason. */
const failureMetric = {
  'not-visible': 'FailuresNotVisible',
  unreadable: 'FailuresUnreadable',
  protected: 'FailuresProtected',
  denied: 'FailuresDenied',
  refused: 'FailuresRefused',
  relaunched: 'FailuresRelaunched',
  'not-terminated': 'FailuresNotTerminated',
  'not-named': 'FailuresNotNamed',
} as const satisfies Record<Extract<Outcome, { outcome: 'failed' }>['reason'], string>;

/** Counts by metric name. */
export class Counts {
  readonly values: Record<string, number> = {};

  add(name: string, count = 1): void {
    if (count > 0) this.values[name] = (this.values[name] ?? 0) + count;
  }
}

/**
 * What a settlement has to say, a line for each instance, with what it counts.
 *
 * @param counts is added to
 * @param quiet outcomes that are counted by these names, and have no line where there is nothing new to say
 */
export function linesOf(
  source: LaunchSource,
  settlement: Settlement,
  counts: Counts,
  quiet: Partial<Record<Outcome['outcome'], string>> = {},
): Line[] {
  const { launchedAt: _, ...launch } = source;
  const lines: Line[] = [];
  switch (settlement.kind) {
    case 'settled':
      break;
    case 'spared-whole':
      lines.push({ level: 'INFO', message: 'launch spared', reason: settlement.reason, ...launch });
      break;
    case 'foreign':
      lines.push({ level: 'ERROR', message: 'launch foreign', ...launch });
      counts.add('LaunchesForeign');
      break;
    case 'incomplete':
      lines.push({ level: 'ERROR', message: 'launch incomplete', ...settlement.incomplete, ...launch });
      counts.add('LaunchesIncomplete');
      break;
  }
  for (const outcome of settlement.outcomes) {
    const quietly = quiet[outcome.outcome];
    counts.add(quietly ?? outcomeMetric[outcome.outcome]);
    if (outcome.outcome === 'failed') counts.add(failureMetric[outcome.reason]);
    if (quietly !== undefined && isNothingNew(outcome)) continue;
    const unsettled = isUnsettled(outcome);
    const message = unsettled ? 'instance unsettled' : 'instance settled';
    lines.push({ level: unsettled ? 'ERROR' : 'INFO', message, ...lineOutcome(outcome), ...launch });
  }
  return lines;
}

/** Whether there is nothing to say of a start: it is as it must be, or the launch event's line says more. */
function isNothingNew(outcome: Outcome): boolean {
  return outcome.outcome === 'already-gone' || (outcome.outcome === 'spared' && outcome.reason === 'named');
}

/** An outcome in an answer: its time is in ISO 8601. */
export type ShownOutcome =
  | Exclude<Outcome, Postponed>
  | (Omit<Postponed, 'dueAt'> & { readonly dueAt: string });

export function shownOutcome(outcome: Outcome): ShownOutcome {
  return outcome.outcome === 'postponed'
    ? { ...outcome, dueAt: new Date(outcome.dueAt).toISOString() }
    : outcome;
}

/** An outcome in a log line: flat, as CloudWatch Logs Insights finds it, with a group by its name and kind. */
function lineOutcome(outcome: Outcome): object {
  const { group, ...others } = shownOutcome(outcome);
  return group === undefined ? others : { ...others, group: group.name, groupKind: group.kind };
}
