import type { RelaunchCheck } from './check-relaunches.ts';
import type { NotDone } from './not-done.ts';
import type { InstanceNaming } from './name-instances.ts';
import { askAgain, done, toSettle } from './open-instance.ts';
import type { AskAgain, Done, Nameless, OfGroup, Step, ToName } from './open-instance.ts';
import type { Outcome } from './outcome.ts';
import { describeGroup } from './service-group.ts';
import type { InstanceTermination } from './terminate.ts';

/** What to do now that EC2 was asked how many of the group ended lately. Not knowing is no reason to kill. */
export function afterRelaunchCheck(nameless: OfGroup, check: RelaunchCheck): Step {
  const { instanceId, group, open } = nameless;
  switch (check.kind) {
    case 'below-limit':
      return { do: 'terminate', nameless };
    case 'relaunched': {
      const ended = check.ended === 1 ? '1 nameless instance' : `${check.ended} nameless instances`;
      const detail = `${ended} of the ${describeGroup(group)} ended within about an hour`;
      return done({ instanceId, group, outcome: 'failed', reason: 'relaunched', detail });
    }
    case 'unreadable': {
      const { transient, detail } = check;
      if (!transient) return done({ instanceId, group, outcome: 'failed', reason: 'unreadable', detail });
      // What was asked for before may have been done.
      if (open.because === 'not-terminated') return askAgain(open);
      return askAgain({ ...toSettle(nameless), because: 'unreadable', detail });
    }
    case 'out-of-time':
      return askAgain(open);
  }
}

/** What to do now that EC2 was asked to terminate an instance. */
export function afterTermination(nameless: Nameless, termination: InstanceTermination): Done | AskAgain {
  const { reason } = nameless;
  switch (termination.kind) {
    case 'terminated':
      return done({ ...aboutOf(nameless), outcome: 'terminated', reason });
    case 'down-before':
      return done({ ...aboutOf(nameless), outcome: 'already-gone', reason: 'shutting-down' });
    case 'unanswered':
      return askAgain({
        ...toSettle(nameless),
        because: 'not-terminated',
        detail: termination.detail,
        reason,
      });
    case 'failed':
    case 'denied':
    case 'not-found':
    case 'out-of-time':
      return afterRefusal(nameless, termination);
  }
}

/** What to do now that EC2 was asked to name an instance: it is read again, since a person's name wins. */
export function afterNaming(nameless: ToName, naming: InstanceNaming): Done | AskAgain {
  const { name, reason, isAgain } = nameless;
  const asked = { ...toSettle(nameless), because: 'naming', name, reason } as const;
  switch (naming.kind) {
    case 'named':
      return askAgain(asked);
    case 'unanswered':
      return askAgain({ ...asked, detail: naming.detail });
    case 'denied':
      // By the name that an earlier call gave, or by a person's: the next reading tells.
      return isAgain ? askAgain({ ...asked, detail: naming.detail }) : afterRefusal(nameless, naming);
    case 'failed':
    case 'not-found':
    case 'out-of-time':
      return afterRefusal(nameless, naming);
  }
}

function afterRefusal(
  nameless: Nameless,
  refusal: Exclude<NotDone, { readonly kind: 'unanswered' }>,
): Done | AskAgain {
  const instance = toSettle(nameless);
  switch (refusal.kind) {
    case 'failed':
      return done({
        ...aboutOf(nameless),
        outcome: 'failed',
        reason: refusal.reason,
        detail: refusal.detail,
      });
    case 'denied':
      return askAgain({ ...instance, because: 'denied', detail: refusal.detail });
    case 'not-found':
      return askAgain({ ...instance, because: 'missing' });
    case 'out-of-time':
      return askAgain({ ...instance, because: 'unread' });
  }
}

function aboutOf({ instanceId, group }: Nameless): Pick<Outcome, 'instanceId' | 'group'> {
  return { instanceId, ...(group !== undefined && { group }) };
}
