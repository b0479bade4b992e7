import pMap from 'p-map';
import type { CommandContext } from '../../command-context.ts';
import { unlessFailed } from '../../explain-failure.ts';
import { hubOf } from '../../hub-parts.ts';
import type { Member } from '../../organization/members.ts';
import { placeOf } from '../../place.ts';
import type { Stack } from '../../stack.ts';
import type { CheckResult } from '../check.ts';
import { hubFunctions, type HubFunction } from './hub-functions.ts';
import { judgeAction, type ActionResult } from './judge-action.ts';
import { judgeEvents } from './judge-events.ts';
import { placeKey } from '../../place.ts';
import { readLastEvents } from './last-events.ts';
import { strangersNote, unreadRulesNote } from './member-notes.ts';
import { lookAtRules, unreadRules } from './member-rules.ts';
import { probeMembers, type PlaceAnswer } from './probe-members.ts';

/** What was found of one account and region. */
export interface MemberResult {
  readonly account: string;
  readonly region: string;
  /** Whether its events can reach the hub. */
  readonly events: CheckResult;
  /** When one last came, in epoch milliseconds; undefined when none is known of. */
  readonly lastEvent: number | undefined;
  /** Whether the hub can act there. */
  readonly action: ActionResult;
}

export interface MembersToLookAt {
  readonly members: readonly Member[];
  /** Whether none was left out, so that an event from elsewhere is of a place that the list should have. */
  readonly areAll: boolean;
}

/** Members whose rules are looked at at the same time. */
const PARALLEL_RULES = 30;

/**
 * Looks at all members of a hub: the hub's functions ask EC2 in each, the rules of those that the caller has a connection to
 * are read, and the hub's log is asked once for all.
 *
 * @param onLooked is told how much of the work is done, from 0 to 1
 * @param note is told what could not be looked at for all of them
 * @throws OpsError when the stack is no hub
 */
export async function lookAtMembers(
  context: CommandContext,
  stack: Stack,
  { members, areAll }: MembersToLookAt,
  onLooked: (part: number) => void,
  note: (text: string) => void,
): Promise<MemberResult[]> {
  const { connection } = context;
  const { bus } = hubOf(stack);
  const hub = placeOf(stack);
  const home = placeKey(hub);
  const [functions, elsewhere] = await Promise.all([
    hubFunctions(connection, stack, note),
    unlessFailed(context.elsewhere()),
  ]);
  let looked = 0;
  const count = (places: number): void =>
    onLooked((looked += places) / (members.length * (functions.length + 1)));

  const rulesOf = async (member: Member): Promise<CheckResult | undefined> => {
    const rules = placeKey(member) === home ? undefined : await rulesElsewhere(member);
    count(1);
    return rules;
  };
  const rulesElsewhere = async (member: Member): Promise<CheckResult | undefined> => {
    if (elsewhere.kind === 'failed') return unreadRules(elsewhere.said);
    const there = elsewhere.value.connectionTo(member);
    return there && lookAtRules(there, member, bus.arn);
  };
  const ask = async (one: HubFunction): Promise<readonly PlaceAnswer[]> => {
    if (one.kind === 'asked') return probeMembers(one, members, count);
    count(members.length);
    return members.map(() => ({ kind: 'unknown', said: one.said }));
  };
  const [answers, rules, log] = await Promise.all([
    Promise.all(functions.map(ask)),
    pMap(members, rulesOf, { concurrency: PARALLEL_RULES }),
    unlessFailed(readLastEvents(connection, stack.outputs.LogGroupName)),
  ]);
  for (const text of [
    log.kind === 'failed' ? `When events last came is not known. ${log.said}` : undefined,
    unreadRulesNote(rules),
    log.kind === 'told' && areAll ? strangersNote(log.value, [hub, ...members]) : undefined,
  ])
    if (text !== undefined) note(text);

  return members.map((member, index) => {
    const { account, region, deployment } = member;
    const isHub = placeKey(member) === home;
    const seen = log.kind === 'told' ? log.value.get(placeKey(member)) : undefined;
    const ofFunctions = new Map<string, PlaceAnswer>();
    for (const [at, { name }] of functions.entries()) {
      const answer = answers[at]?.[index];
      if (answer !== undefined) ofFunctions.set(name, answer);
    }
    const events = judgeEvents({
      isHub,
      deployment,
      rules: rules[index],
      lastEvent: log.kind === 'failed' ? 'unknown' : seen,
    });
    return { account, region, events, lastEvent: seen, action: judgeAction(ofFunctions, isHub) };
  });
}
