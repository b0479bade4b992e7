import type { Connection } from '../aws/connection.ts';
import { createInvocableFunction } from '../aws/lambda-function.ts';
import { placeOf } from '../place.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import { askProbe } from './ask-probe.ts';
import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, type Check, type CheckResult } from './check.ts';

/** https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
export const refused = /UnauthorizedOperation|AccessDenied|AuthFailure|not authorized/;

/** What Node.js, the AWS SDK and Lambda say, and the function itself, where no answer came. */
export const unanswered =
  /Time-?out|timed out|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|out-of-time/i;

/**
 * Has the functions ask EC2 for an instance that there is not, in their own account and region. It tells one that cannot
 * reach EC2, as in a network without a way to it, from one that EC2 refuses.
 */
export function reachChecks(connection: Connection, stack: Stack): Check[] {
  const { launches, secondLook } = stackParts(stack);
  if (secondLook === undefined) return [];
  return [
    reachCheck('EnforceNameTag', launches.functionName, connection, stack),
    reachCheck('SecondLook', secondLook.functionName, connection, stack),
  ];
}

function reachCheck(name: string, functionName: string, connection: Connection, stack: Stack): Check {
  return {
    name: `Probe: ${name} reaches EC2, and is let in`,
    async look() {
      const answer = await askProbe(createInvocableFunction(connection, functionName), [placeOf(stack)]);
      switch (answer.kind) {
        case 'older':
          return fail('It is of an older version, and does not know what a probe is', DEPLOY_ANEW);
        case 'failed':
          return judge(answer.said, stack);
        case 'answered': {
          const [problem] = answer.problems;
          return problem === undefined ? ok('EC2 answered it') : judge(problem, stack);
        }
      }
    },
  };
}

/** @param said by the function of what went wrong */
function judge(said: string, stack: Stack): CheckResult {
  if (refused.test(said)) return fail(`EC2 answered, and refused it: ${said}`, UNDO_DRIFT);
  if (unanswered.test(said)) return fail(`EC2 did not answer it: ${said}`, giveWay(stack));
  return fail(`It failed: ${said}`, `See its log: aws logs tail ${stack.outputs.LogGroupName}`);
}

function giveWay({ parameters }: Stack): string {
  const { SubnetIds: subnets = '', SecurityGroupIds: groups = '', Ec2EndpointUrl: url = '' } = parameters;
  if (subnets !== '')
    return (
      `Give ${subnets} a NAT gateway or an endpoint of EC2, and let ${groups} out on port 443: ` +
      'README.md, "A network of your own"'
    );
  return url === ''
    ? 'Try again. If it goes on, look at https://health.aws.amazon.com'
    : `See that ${url} (Ec2EndpointUrl) can be reached`;
}
