import { formatSince } from '../../age.ts';
import type { Member } from '../../organization/members.ts';
import { fail, ok, type CheckResult } from '../check.ts';
import { LOOK_BACK_DAYS } from './last-events.ts';
import { DEPLOY_MEMBER } from './member-rules.ts';

/** What is known of the events of one member. */
export interface EventsKnown {
  /** Whether it is where the hub itself is. */
  readonly isHub: boolean;
  readonly deployment: Member['deployment'];
  /** Undefined where they were not looked at. */
  readonly rules: CheckResult | undefined;
  /** Epoch milliseconds; undefined when none came; `unknown` when the log could not be asked. */
  readonly lastEvent: number | 'unknown' | undefined;
}

/**
 * Whether the events of a member can reach the hub. What is seen to be wrong now outweighs an event that came before; an
 * event that came proves more than what a stack set tells. That none came proves nothing: there may have been no launch.
 */
export function judgeEvents({ isHub, deployment, rules, lastEvent }: EventsKnown): CheckResult {
  if (isHub) return ok("The hub's own");
  if (rules?.status === 'fail') return rules;
  if (deployment !== undefined && deployment.status !== 'CURRENT') {
    const { status, reason = 'CloudFormation gives no reason' } = deployment;
    return fail(`Its stack is ${status}: ${reason}`, FIX_STACK[status] ?? DEPLOY_MEMBER);
  }
  // Rules that could not be read may be off since: then an event proves enough only beside a stack that is CURRENT.
  if (rules?.status === 'unknown' && deployment === undefined) return rules;
  if (typeof lastEvent === 'number') return ok(`The last came ${formatSince(lastEvent)} ago`);
  const seen = lastEvent === undefined ? `Nothing in ${LOOK_BACK_DAYS} days` : 'The log could not be asked';
  if (rules !== undefined) return rules.status === 'ok' ? ok(`${rules.found}; ${lower(seen)}`) : rules;
  if (deployment !== undefined) return ok(`Its stack is CURRENT; ${lower(seen)}`);
  return {
    status: 'unknown',
    found: `${seen}, and its rules were not looked at`,
    fix: 'Name with --role a role of yours that may look into these accounts: docs/iam/doctor-member.json',
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html */
const FIX_STACK: Readonly<Record<string, string>> = {
  INOPERABLE:
    'Delete the stacks of these by hand, and deploy the stack set to them again: aws cloudformation delete-stack-instances --retain-stacks',
};

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
