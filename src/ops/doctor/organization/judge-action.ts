import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, type CheckResult } from '../check.ts';
import { refused, unanswered } from '../reach-check.ts';
import { DEPLOY_MEMBER } from './member-rules.ts';
import type { PlaceAnswer } from './probe-members.ts';

/** Whether the hub can act in a member. */
export interface ActionResult extends CheckResult {
  /** AWS's own words, whole. */
  readonly said?: string;
}

/** What a known problem of a member is, and what to do about it. The first that fits holds. */
const problems: readonly { readonly words: RegExp; readonly found: string; readonly fix: string }[] = [
  {
    words: /did not let this stack in: AccessDenied/,
    found: 'AccessDenied: its role is not there, or does not let the hub in',
    fix:
      "Deploy the stack set to these again, with the hub's own outputs RoleArn and SecondLookRoleArn for HubLaunchRoleArn and " +
      'HubSecondLookRoleArn, and its MemberRoleName for RoleName. A policy of the organization may deny it too',
  },
  {
    words: /AuthFailure|OptInRequired|InvalidClientTokenId|UnrecognizedClient/,
    found: 'AuthFailure: the region is switched off, or the role was made anew within the hour',
    fix:
      'Switch the region on in the account, or take it off the Regions of the stack set; of a role that was made anew, look again in an hour: ' +
      'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html',
  },
  {
    words: /UnauthorizedOperation|not authorized/,
    found: 'UnauthorizedOperation: its role may not read instances',
    fix: `${DEPLOY_MEMBER}. Or let the policies of the organization allow ec2:DescribeInstances there`,
  },
  {
    words: /Throttl|RequestLimitExceeded|TooManyRequests/,
    found: 'AWS throttles the calls there',
    fix: 'Try again in a minute. Launches there come again too, and nothing is lost',
  },
  {
    words: /^ForeignLaunchError/,
    found: 'The function does not know that it is of a hub',
    fix: UNDO_DRIFT,
  },
  {
    words: unanswered,
    found: 'EC2 or STS did not answer',
    fix:
      "Try again. A hub in a network of its own needs a way to EC2 in every member's region, as a NAT gateway is: README.md, " +
      '"A network of your own"',
  },
];

/**
 * @param answers of both functions, by name
 * @param isHub whether it is where the hub itself is: there the functions use their own roles
 */
export function judgeAction(answers: ReadonlyMap<string, PlaceAnswer>, isHub: boolean): ActionResult {
  const results = [...answers.values()].map((answer) => judgeAnswer(answer, isHub));
  const worst =
    results.find(({ status }) => status === 'fail') ?? results.find(({ status }) => status === 'unknown');
  if (worst === undefined) return ok('yes');
  if (results.every(({ found }) => found === worst.found)) return worst;
  const each = [...answers.keys()].map((name, index) => `${name}: ${results[index]?.found}`);
  return { ...worst, found: each.join('; ') };
}

function judgeAnswer(answer: PlaceAnswer, isHub: boolean): ActionResult {
  switch (answer.kind) {
    case 'acts':
      return ok('yes');
    case 'older':
      return fail('The function is of an older version, and does not know what a probe is', DEPLOY_ANEW);
    case 'unknown':
      return { status: 'unknown', found: `Could not be asked: ${answer.said}` };
    case 'problem': {
      const { said } = answer;
      if (isHub && refused.test(said))
        return { ...fail('EC2 refuses what it does with its own role', UNDO_DRIFT), said };
      const known = problems.find(({ words }) => words.test(said));
      return known === undefined
        ? { ...fail(withoutIds(said), 'Look at what AWS says of it, and at the log of the hub'), said }
        : { ...fail(known.found, known.fix), said };
    }
  }
}

/** Ids and encoded reasons, which differ from call to call: what failed alike is one row. */
function withoutIds(said: string): string {
  return said.replace(/ ?Encoded authorization failure message: \S+/, '').replaceAll(/[0-9a-f-]{36}/g, '...');
}
