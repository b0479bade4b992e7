import { formatSince } from '../../age.ts';
import type { Output } from '../../output.ts';
import { style } from '../../text-for-people.ts';
import { LOOK_BACK_DAYS } from './last-events.ts';
import type { MemberResult } from './look-at-members.ts';

/** From so many regions on, those that are all of an account are not named one by one. */
const MANY_REGIONS = 4;

export function isFine({ events, action }: MemberResult): boolean {
  return events.status === 'ok' && action.status === 'ok';
}

/**
 * Prints a row for the members of an account that are wrong alike, then how to fix it, each fix once.
 *
 * @param all whether the fine ones have rows as well
 */
export function printMembers(output: Output, members: readonly MemberResult[], all: boolean): void {
  const wrong = members.filter((member) => !isFine(member));
  const shown = all ? members : wrong;
  if (shown.length > 0) {
    output.line();
    output.table(['Account', 'Regions', 'Events reach the hub', 'Hub can act there'], rowsOf(members, shown));
  }
  printFixes(output, wrong);
  const fine = members.length - wrong.length;
  output.line(
    `\n${fine.toLocaleString('en')} of ${members.length.toLocaleString('en')} accounts and regions are fine.`,
  );
}

function rowsOf(members: readonly MemberResult[], shown: readonly MemberResult[]): string[][] {
  const regionsOf = Map.groupBy(members, ({ account }) => account);
  const alike = Map.groupBy(shown, (member) => JSON.stringify([member.account, ...kindOf(member)]));
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { account, events, action } = first;
    const isAll = group.length >= MANY_REGIONS && group.length === regionsOf.get(account)?.length;
    const regions = isAll ? `all ${group.length}` : group.map(({ region }) => region).join(', ');
    const lastEvents = group.flatMap(({ lastEvent }) => lastEvent ?? []);
    const reach = events.status === 'ok' ? yesCell(lastEvents) : events.found;
    return [[account, regions, reach, action.found]];
  });
}

/** What members of an account are told by together. */
function kindOf({ events, lastEvent, action }: MemberResult): string[] {
  return [events.status === 'ok' ? `yes ${lastEvent !== undefined}` : events.found, action.found];
}

function yesCell(lastEvents: readonly number[]): string {
  if (lastEvents.length === 0) return `yes; nothing in ${LOOK_BACK_DAYS} days`;
  return `yes; the last came ${formatSince(Math.max(...lastEvents))} ago`;
}

function printFixes(output: Output, wrong: readonly MemberResult[]): void {
  const results = wrong.flatMap(({ events, action }) => [{ ...events, said: undefined }, action]);
  const fixes = Map.groupBy(
    results.filter(({ fix }) => fix !== undefined),
    ({ fix = '' }) => fix,
  );
  for (const [fix, fixed] of fixes) {
    output.line(style('cyan', `-> For ${fixed.length.toLocaleString('en')} of these: ${fix}`));
    const said = fixed.find((one) => one.said !== undefined)?.said;
    if (said !== undefined) output.line(`   AWS says, for example: ${said}`);
  }
}
