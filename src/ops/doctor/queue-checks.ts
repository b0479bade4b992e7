import type { Connection } from '../aws/connection.ts';
import { createMessageQueue } from '../aws/sqs-queue.ts';
import type { MessageQueue } from '../aws/sqs-queue.ts';
import { counted } from '../counted.ts';
import { hubParts } from '../hub-parts.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import { UNDO_DRIFT, fail, ok, warn, type Check } from './check.ts';
import { letsRuleIn } from './resource-policy.ts';

/** Whether the queues take what is for them, and nothing lies in the one that is for people. */
export function queueChecks(connection: Connection, stack: Stack): Check[] {
  const deadLetters = createMessageQueue(connection, stack.outputs.DeadLetterQueueUrl);
  const { launches, secondLook } = stackParts(stack);
  const hub = hubParts(stack);
  const ofStarts = secondLook === undefined ? [] : [secondLook.ruleArn, ...(hub ? [hub.starts.arn] : [])];
  const rules = [launches.ruleArn, ...(hub ? [hub.launches.arn] : []), ...ofStarts];
  return [
    ...(secondLook === undefined
      ? []
      : [ruleCheck('second-look queue', createMessageQueue(connection, secondLook.queueUrl), ofStarts)]),
    {
      name: 'The dead-letter queue is empty',
      async look() {
        const { waiting, inFlight, delayed } = await deadLetters.depth();
        const count = waiting + inFlight + delayed;
        if (count === 0) return ok('It is there and empty');
        return warn(
          `It holds about ${counted(count, 'message')}, ${inFlight} of them held by a reader`,
          'See what failed and why: dead-letters list',
        );
      },
    },
    ruleCheck('dead-letter queue', deadLetters, rules),
  ];
}

/** Whether EventBridge may send to a queue for each of these rules. */
function ruleCheck(queueName: string, queue: MessageQueue, ruleArns: readonly string[]): Check {
  return {
    name: `The ${queueName} lets ${ruleArns.length === 1 ? 'the rule' : 'the rules'} in`,
    async look() {
      const policy = await queue.policy();
      const shutOut = ruleArns.filter(
        (ruleArn) => policy === undefined || !letsRuleIn(policy, 'sqs:SendMessage', ruleArn),
      );
      if (shutOut.length === 0) return ok('Its policy allows EventBridge to send to it');
      return fail(`Its policy does not allow ${shutOut.join(', ')}, so that events are lost`, UNDO_DRIFT);
    },
  };
}
