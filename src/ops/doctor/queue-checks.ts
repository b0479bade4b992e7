import type { Connection } from '../aws/connection.ts';
import { createMessageQueue } from '../aws/sqs-queue.ts';
import { counted } from '../counted.ts';
import type { Stack } from '../stack.ts';
import { UNDO_DRIFT, fail, ok, warn, type Check } from './check.ts';
import { letsRuleIn } from './resource-policy.ts';

/** Whether the dead-letter queue takes what fails, and holds nothing. */
export function queueChecks(connection: Connection, { outputs }: Stack): Check[] {
  const { DeadLetterQueueUrl, RuleArn } = outputs;
  const queue = createMessageQueue(connection, DeadLetterQueueUrl);
  return [
    {
      name: 'The dead-letter queue is empty',
      async look() {
        const { waiting, inFlight, delayed } = await queue.depth();
        const count = waiting + inFlight + delayed;
        if (count === 0) return ok('It is there and empty');
        return warn(
          `It holds about ${counted(count, 'message')}, ${inFlight} of them held by a reader`,
          'See what failed and why: dead-letters list',
        );
      },
    },
    {
      name: 'The dead-letter queue lets the rule in',
      async look() {
        const policy = await queue.policy();
        if (policy !== undefined && letsRuleIn(policy, 'sqs:SendMessage', RuleArn)) {
          return ok('Its policy allows EventBridge to send to it for this rule');
        }
        return fail('Its policy does not allow this rule, so undelivered events are lost', UNDO_DRIFT);
      },
    },
  ];
}
