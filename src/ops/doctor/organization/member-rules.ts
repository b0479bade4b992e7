import type { Home } from '../../../enforcer/launch.ts';
import type { Connection } from '../../aws/connection.ts';
import { readFailure } from '../../aws/failure.ts';
import { readRulesToBus, type RuleToBus } from '../../aws/rules-to-bus.ts';
import { explainFailure } from '../../explain-failure.ts';
import { sampleEvent, sampleStart } from '../sample-event.ts';
import { fail, ok, type CheckResult } from '../check.ts';

/** What puts the rules of a member right. */
export const DEPLOY_MEMBER =
  'Deploy the stack set (or organization/member.yaml, where it is deployed by hand) to these again: docs/organization.md';

/**
 * Whether the rules of a member send launches and starts to the hub. A failure of AWS makes it unknown.
 *
 * @throws what is no failure of AWS
 */
export async function lookAtRules(
  connection: Connection,
  member: Home,
  busArn: string,
): Promise<CheckResult> {
  const samples = [sampleEvent(member, 'RunInstances'), sampleStart(member, 'running')];
  try {
    return judgeRules(await readRulesToBus(connection, busArn, samples));
  } catch (error) {
    const found = readFailure(error)?.detail ?? explainFailure(error);
    if (found === undefined) throw error;
    return unreadRules(found);
  }
}

/** @param said why they could not be read */
export function unreadRules(said: string): CheckResult {
  return {
    status: 'unknown',
    found: `Its rules could not be looked at: ${said}`,
    fix: 'Let the role that --role names be there, let you in, and have what docs/iam/doctor-member.json says',
  };
}

/** @param rules with what they make of a launch, and of a start */
export function judgeRules(rules: readonly RuleToBus[]): CheckResult {
  if (rules.length === 0) return fail('No rule sends to the hub', DEPLOY_MEMBER);
  const problems = ['launches', 'starts'].flatMap((what, index) => {
    const forThese = rules.filter(({ matches }) => matches[index] === true);
    if (forThese.length === 0) return [`No rule sends ${what} to the hub`];
    const [off] = forThese;
    if (off === undefined || forThese.some(({ state }) => state.startsWith('ENABLED'))) return [];
    return [`The rule for ${what} is ${off.state}`];
  });
  if (problems.length === 0) return ok('Its rules send launches and starts to the hub');
  return fail(problems.join('; '), DEPLOY_MEMBER);
}
