import pMap from 'p-map';
import { createFunctionSettings } from '../../aws/lambda-settings.ts';
import { createInvocableFunction } from '../../aws/lambda-function.ts';
import type { Connection } from '../../aws/connection.ts';
import type { CommandContext } from '../../command-context.ts';
import { explainFailure } from '../../explain-failure.ts';
import { hubOf } from '../../hub-parts.ts';
import type { Member } from '../../organization/members.ts';
import { placeOf } from '../../place.ts';
import type { Stack } from '../../stack.ts';
import { secondLookOf } from '../../stack-parts.ts';
import type { CheckResult } from '../check.ts';
import { judgeAction, type ActionResult } from './judge-action.ts';
import { judgeEvents } from './judge-events.ts';
import { placeKey, readLastEvents, type LastEvents } from './last-events.ts';
import { lookAtRules } from './member-rules.ts';
import { parallelOf, probeMembers, type PlaceAnswer, type ProbedFunction } from './probe-members.ts';

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
  members: readonly Member[],
  onLooked: (part: number) => void,
  note: (text: string) => void,
): Promise<MemberResult[]> {
  const { connection } = context;
  const { bus } = hubOf(stack);
  const home = placeKey(placeOf(stack));
  const [functions, elsewhere] = await Promise.all([
    probedFunctions(connection, stack, note),
    context.elsewhere(),
  ]);
  let looked = 0;
  const count = (places: number): void =>
    onLooked((looked += places) / (members.length * (functions.length + 1)));

  const rulesOf = async (member: Member): Promise<CheckResult | undefined> => {
    const there = placeKey(member) === home ? undefined : elsewhere.connectionTo(member);
    const rules = there === undefined ? undefined : await lookAtRules(there, member, bus.arn);
    count(1);
    return rules;
  };
  const [answers, rules, lastEvents] = await Promise.all([
    Promise.all(functions.map(async (one) => probeMembers(one, members, count))),
    pMap(members, rulesOf, { concurrency: PARALLEL_RULES }),
    lastEventsOrNone(),
  ]);

  return members.map((member, index) => {
    const { account, region, deployment } = member;
    const seen = lastEvents?.get(placeKey(member));
    const ofFunctions = new Map<string, PlaceAnswer>();
    for (const [at, { name }] of functions.entries()) {
      const answer = answers[at]?.[index];
      if (answer !== undefined) ofFunctions.set(name, answer);
    }
    const events = judgeEvents({
      isHub: placeKey(member) === home,
      deployment,
      rules: rules[index],
      lastEvent: lastEvents === undefined ? 'unknown' : seen,
    });
    return { account, region, events, lastEvent: seen, action: judgeAction(ofFunctions) };
  });

  async function lastEventsOrNone(): Promise<LastEvents | undefined> {
    try {
      return await readLastEvents(connection, stack.outputs.LogGroupName);
    } catch (error) {
      const problem = explainFailure(error);
      if (problem === undefined) throw error;
      note(`When events last came is not known. ${problem}`);
      return undefined;
    }
  }
}

/** Those that are not paused: Lambda would throttle them until it is given up. */
async function probedFunctions(
  connection: Connection,
  stack: Stack,
  note: (text: string) => void,
): Promise<ProbedFunction[]> {
  const both = [
    { name: 'EnforceNameTag', functionName: stack.outputs.FunctionName },
    { name: 'SecondLook', functionName: secondLookOf(stack).functionName },
  ] as const;
  const probed = await Promise.all(
    both.map(async ({ name, functionName }) => {
      const reserved = await createFunctionSettings(connection, functionName).reservedConcurrency();
      if (reserved === 0) {
        note(
          `${name} is paused, so it is not asked whether it can act in members. resume --yes lets it go on.`,
        );
        return [];
      }
      const target = createInvocableFunction(connection, functionName);
      return [{ name, target, parallel: parallelOf(reserved) }];
    }),
  );
  return probed.flat();
}
