import type { Enforcement } from '../enforcer/enforcement.ts';
import type { InstanceFleet, LiveInstance } from '../enforcer/fleet.ts';
import type { InstanceId } from '../enforcer/launch.ts';
import { isUnsettled } from '../enforcer/outcome.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import { settle } from '../enforcer/settle.ts';
import type { InstanceToSettle } from '../enforcer/open-instance.ts';
import { systemClock } from '../functions/clock.ts';
import { style } from './text-for-people.ts';

/** An instance as it is now, whatever an event or a line of the log says. */
export type InstanceNow =
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'shown';
      readonly state: LiveInstance['state'];
      /** The value of its Name tag; undefined without one. */
      readonly name: string | undefined;
      /** Whether nothing is left to do: it is on its way down, named or exempt. */
      readonly settled: boolean;
      /** What a look at it now would come to, in mode `terminate`, as far as the tags tell. */
      readonly verdict: Verdict;
    }
  /** EC2 does not show it: it is long gone, or not visible yet. */
  | { readonly instanceId: InstanceId; readonly kind: 'not-shown'; readonly settled: boolean }
  /** It is of another account or region, where nobody looked. */
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'elsewhere';
      readonly settled: false;
      /** Whether the stack does not act there. If it does, the caller has no connection to it. */
      readonly foreign: boolean;
    }
  /** EC2 could not be asked. */
  | {
      readonly instanceId: InstanceId;
      readonly kind: 'unknown';
      readonly settled: false;
      readonly detail: string;
    };

/** `open`: it cannot be told. */
type Verdict = 'terminate' | 'spare' | 'postpone' | 'gone' | 'open';

/** Milliseconds that EC2 gets to answer. */
const PATIENCE = 60_000;

/** How often EC2 is asked about what it does not show or did not answer. A person waits meanwhile. */
const ROUNDS = 3;

/** How the instances of an account and region can be looked at; where they cannot, what is told of each instead. */
export type Sight =
  | { readonly kind: 'open'; readonly enforcement: Enforcement }
  | { readonly kind: 'closed'; readonly tell: (instanceId: InstanceId) => InstanceNow };

/** What it takes to judge as the enforcer itself would, and to terminate nothing. */
export function reportOnly(fleet: InstanceFleet, exemptTagKeys: ReadonlySet<string>): Enforcement {
  return {
    fleet,
    clock: systemClock,
    deadline: Date.now() + PATIENCE,
    mode: 'report',
    serviceLaunchMode: 'report',
    relaunchLimit: Infinity,
    exemptTagKeys,
    maxRounds: ROUNDS,
  };
}

/**
 * Reads what instances are now, many in one call, and judges them by the enforcer's own code.
 *
 * @returns every one of them, by its id
 */
export async function readInstancesNow(
  instances: readonly InstanceToSettle[],
  sight: Sight,
): Promise<ReadonlyMap<InstanceId, InstanceNow>> {
  if (sight.kind === 'closed')
    return new Map(instances.map(({ instanceId }) => [instanceId, sight.tell(instanceId)]));
  const { enforcement } = sight;
  const shown = new Map<InstanceId, LiveInstance>();
  const fleet = remembering(enforcement.fleet, shown);
  const outcomes = await settle(instances, { ...enforcement, fleet });
  return new Map(
    outcomes.map((outcome) => [
      outcome.instanceId,
      instanceNow(outcome.instanceId, outcome, shown.get(outcome.instanceId)),
    ]),
  );
}

/** The fleet, with what it shows kept. */
function remembering(fleet: InstanceFleet, shown: Map<InstanceId, LiveInstance>): InstanceFleet {
  return {
    ...fleet,
    async describe(instanceIds, deadline) {
      const description = await fleet.describe(instanceIds, deadline);
      if (description.kind === 'described')
        for (const instance of description.instances) shown.set(instance.instanceId, instance);
      return description;
    },
  };
}

function instanceNow(instanceId: InstanceId, outcome: Outcome, live: LiveInstance | undefined): InstanceNow {
  const settled = outcome.outcome === 'spared' || outcome.outcome === 'already-gone';
  if (live !== undefined) {
    const name = live.tags.find(({ key }) => key === 'Name')?.value;
    return { instanceId, kind: 'shown', state: live.state, name, settled, verdict: verdictOf(outcome) };
  }
  if (!isUnsettled(outcome) || outcome.reason === 'not-visible')
    return { instanceId, kind: 'not-shown', settled };
  const detail = outcome.outcome === 'failed' ? (outcome.detail ?? outcome.reason) : 'no answer in time';
  return { instanceId, kind: 'unknown', settled: false, detail };
}

function verdictOf({ outcome }: Outcome): Verdict {
  switch (outcome) {
    case 'would-terminate':
    case 'terminated':
      return 'terminate';
    case 'spared':
    case 'named':
      return 'spare';
    case 'postponed':
      return 'postpone';
    case 'already-gone':
      return 'gone';
    case 'failed':
    case 'deferred':
      return 'open';
  }
}

/** Instances that a cell lists before it counts the rest. */
const LISTED = 5;

/** One line an instance, the open ones first. */
export function instanceLines(instances: readonly InstanceNow[]): string[] {
  const sorted = instances.toSorted((one, other) => Number(one.settled) - Number(other.settled));
  const lines = sorted.slice(0, LISTED).map(describeInstance);
  const rest = sorted.slice(LISTED);
  const open = rest.filter(({ settled }) => !settled).length;
  if (rest.length > 0) lines.push(`and ${rest.length} more, ${open} of them open`);
  return lines;
}

/** `i-0123456789abcdef0 running, no name`. */
export function describeInstance(instance: InstanceNow): string {
  const { instanceId } = instance;
  switch (instance.kind) {
    case 'shown': {
      const name =
        instance.name === undefined ? 'no name' : instance.name === '' ? 'empty name' : `"${instance.name}"`;
      const text = `${instanceId} ${instance.state}, ${name}`;
      return instance.settled ? text : style('yellow', text);
    }
    case 'elsewhere':
      return `${instanceId} ${style('yellow', instance.foreign ? 'elsewhere, not looked at' : 'in a member, not looked at (--role)')}`;
    case 'not-shown':
      return `${instanceId} ${instance.settled ? 'gone' : style('yellow', 'not shown by EC2')}`;
    case 'unknown':
      return `${instanceId} ${style('yellow', `unknown (${instance.detail})`)}`;
  }
}

/** The last two parts of an ARN, `user/lena`; EC2's own signal tells of no launcher. */
export function shortLauncher(launcher: string | undefined): string {
  return launcher === undefined ? 'unknown' : launcher.split(/[:/]/).slice(-2).join('/');
}
