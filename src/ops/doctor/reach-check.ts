import * as v from 'valibot';
import type { Connection } from '../aws/connection.ts';
import { createInvocableFunction } from '../aws/lambda-function.ts';
import { placeOf } from '../place.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import { fail, ok, UNDO_DRIFT, type Check, type CheckResult } from './check.ts';
import { sampleStart } from './sample-event.ts';

/** Long ago, so that EC2 is asked once: what it does not show is gone by now. Milliseconds. */
const LONG_AGO = 2 * 60 * 60_000;

/** What the function returns when EC2 has answered it. */
const Answered = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ outcomes: v.strictTuple([v.object({ outcome: v.literal('already-gone') })]) }),
);

/** https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
const refused = /UnauthorizedOperation|AccessDenied|AuthFailure|not authorized/;

/** What Node.js, the AWS SDK and Lambda say, and the function itself, where no answer came. */
const unanswered =
  /Time-?out|timed out|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|out-of-time/i;

/**
 * Has the function look at an instance that there is not, which takes one call of EC2. It tells a function that cannot
 * reach EC2, as in a network without a way to it, from one that EC2 refuses.
 */
export function reachChecks(connection: Connection, stack: Stack): Check[] {
  const { secondLook } = stackParts(stack);
  if (secondLook === undefined) return [];
  return [
    {
      name: 'Probe: SecondLook reaches EC2, and is let in',
      async look() {
        const target = createInvocableFunction(connection, secondLook.functionName);
        const body = sampleStart(placeOf(stack), 'running', Date.now() - LONG_AGO);
        // Sent by hand: what is left open is thrown, and no message comes of it.
        const batch = { redrive: true, Records: [{ messageId: 'doctor', body }] };
        const answer = await target.invoke(JSON.stringify(batch));
        if (answer.kind === 'failed')
          return judgeFailure(`${answer.errorType}: ${answer.errorMessage.replaceAll(/\s+/g, ' ')}`, stack);
        return v.safeParse(Answered, answer.payload).success
          ? ok('EC2 answered it')
          : fail(`It returned something else: ${answer.payload.slice(0, 300)}`, seeLog(stack));
      },
    },
  ];
}

/** @param said by the function of its failure */
function judgeFailure(said: string, stack: Stack): CheckResult {
  if (refused.test(said)) return fail(`EC2 answered, and refused it: ${said}`, UNDO_DRIFT);
  if (unanswered.test(said)) return fail(`EC2 did not answer it: ${said}`, giveWay(stack));
  return fail(`It failed: ${said}`, seeLog(stack));
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

const seeLog = ({ outputs }: Stack): string => `See its log: aws logs tail ${outputs.LogGroupName}`;
