import type { Connection } from '../aws/connection.ts';
import { createMonitoring } from '../aws/cloudwatch.ts';
import { formatSince } from '../age.ts';
import type { MemberRule } from '../hub-parts.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import { ok, warn, type Check, type CheckResult } from './check.ts';

/** When each rule last handed on an event, in epoch milliseconds; undefined when it did not in 14 days. */
export interface SignalsSeen {
  readonly launches: number | undefined;
  readonly starts: number | undefined;
}

/**
 * Which of the two signals arrive: launch events of CloudTrail, which need a trail, and EC2's own of each start.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function signalChecks(connection: Connection, stack: Stack): Check[] {
  const { launches, secondLook, hub } = stackParts(stack);
  if (secondLook === undefined) return [];
  const monitoring = createMonitoring(connection);
  const lastOf = async (dimensions: Readonly<Record<string, string>>): Promise<number | undefined> => {
    const metric = { namespace: 'AWS/Events', name: 'Invocations', dimensions };
    return (await monitoring.lastHourWith(metric, Date.now()))?.at;
  };
  /** By the stack's own rule, or by that for members, whose bus is a dimension too. */
  const lastSeen = async (RuleName: string, memberRule?: MemberRule): Promise<number | undefined> => {
    const [own, ofMembers] = await Promise.all([
      lastOf({ RuleName }),
      hub && memberRule && lastOf({ EventBusName: hub.bus.name, RuleName: memberRule.name }),
    ]);
    return own === undefined || ofMembers === undefined ? (own ?? ofMembers) : Math.max(own, ofMembers);
  };
  return [
    {
      name: 'Launch events and starts arrive',
      async look() {
        const [launched, started] = await Promise.all([
          lastSeen(launches.ruleName, hub?.launches),
          lastSeen(secondLook.ruleName, hub?.starts),
        ]);
        return judgeSignals({ launches: launched, starts: started }, expectsTrail(stack));
      },
    },
  ];
}

/** Whether the stack is set for launch events to come. */
export function expectsTrail({ parameters }: Stack): boolean {
  return parameters['CreateTrail'] === 'true' || parameters['HasTrail'] !== 'false';
}

export function judgeSignals({ launches, starts }: SignalsSeen, trailExpected: boolean): CheckResult {
  const found =
    `Launch events ${seen(launches)}, starts ${seen(starts)}. ` +
    (trailExpected ? 'HasTrail=true expects both' : 'HasTrail=false expects starts alone');
  if (launches === undefined && starts === undefined) {
    return warn(found, 'If instances were launched here since, see above for the rules and their targets');
  }
  if (starts === undefined) {
    return warn(
      found,
      'EC2 tells of every start by itself: see above for the rule for starts and its target',
    );
  }
  if (launches === undefined && trailExpected) {
    return warn(
      found,
      'If instances were launched, and not merely started, let a trail log management events (CreateTrail=true makes ' +
        'one), or deploy with HasTrail=false: then people are told of what starts alone show, though not who launched it',
    );
  }
  if (launches !== undefined && !trailExpected) {
    return warn(found, 'Deploy with HasTrail=true, so that nobody is told twice');
  }
  return ok(found);
}

function seen(at: number | undefined): string {
  return at === undefined ? 'did not come in 14 days' : `came in the hour that began ${formatSince(at)} ago`;
}
