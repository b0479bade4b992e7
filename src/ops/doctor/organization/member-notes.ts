import type { Home } from '../../../enforcer/launch.ts';
import { counted } from '../../counted.ts';
import type { CheckResult } from '../check.ts';
import { placeKey } from '../../place.ts';
import type { LastEvents } from './last-events.ts';

/** What a note lists before it counts the rest. */
const LISTED = { reasons: 3, places: 5 } as const;

/**
 * That rules could not be read: an event that came before tells nothing of a rule that was disabled since.
 *
 * @param rules of each member; undefined where they were not looked at
 * @returns undefined when all that were looked at could be read
 */
export function unreadRulesNote(rules: readonly (CheckResult | undefined)[]): string | undefined {
  const unread = rules.flatMap((one) => (one?.status === 'unknown' ? [one.found] : []));
  if (unread.length === 0) return undefined;
  const reasons = [...Map.groupBy(unread, withoutNames).values()].toSorted(
    (one, other) => other.length - one.length,
  );
  const listed = reasons
    .slice(0, LISTED.reasons)
    .map(
      (alike) =>
        `  ${alike.length.toLocaleString('en')}${alike.length > 1 ? ', for example' : ''}: ${alike[0]}`,
    );
  const rest = reasons.length - listed.length;
  if (rest > 0) listed.push(`  and ${counted(rest, 'other reason')}`);
  return (
    `The rules of ${places(unread.length)} could not be read. That an event came from there, launch or start, does not ` +
    `tell that both rules are on now.\n${listed.join('\n')}`
  );
}

/** What differs from account to account in what AWS says of the same problem: ARNs, accounts and ids of requests. */
function withoutNames(found: string): string {
  return found.replaceAll(/arn:\S+|[0-9a-f-]{36}|\d{12}/g, '...');
}

/**
 * That events came from where no member of the list is.
 *
 * @param members all of them, and the hub's own account and region
 * @returns undefined when there was none
 */
export function strangersNote(lastEvents: LastEvents, members: readonly Home[]): string | undefined {
  const known = new Set(members.map(placeKey));
  const strangers = [...lastEvents.keys()].filter((key) => !known.has(key)).toSorted();
  if (strangers.length === 0) return undefined;
  const listed = strangers.slice(0, LISTED.places).join(', ');
  const rest = strangers.length - LISTED.places;
  return (
    `Events also came from ${places(strangers.length)} not in this list: ${listed}` +
    `${rest > 0 ? ` and ${rest.toLocaleString('en')} more` : ''}. Name them with --members to look at them.`
  );
}

function places(number: number): string {
  return number === 1 ? '1 account and region' : `${number.toLocaleString('en')} accounts and regions`;
}
