import { createRuleReader } from '../aws/eventbridge-rule.ts';
import type { Connection } from '../aws/connection.ts';
import type { Stack } from '../stack.ts';
import { UNDO_DRIFT, fail, ok, warn, type Check } from './check.ts';
import { placeOf } from '../place.ts';
import { sampleEvent } from './sample-event.ts';

/** Whether the rule is notified of launches and hands them to the function. */
export function ruleChecks(connection: Connection, stack: Stack): Check[] {
  const { RuleName, FunctionArn, DeadLetterQueueArn } = stack.outputs;
  const rule = createRuleReader(connection, RuleName);
  const place = placeOf(stack);
  return [
    {
      name: 'The rule is enabled',
      async look() {
        const { state } = await rule.describe();
        if (state.startsWith('ENABLED')) return ok(`${RuleName} is ${state}`);
        return fail(`${RuleName} is ${state}`, `Switch it on: aws events enable-rule --name ${RuleName}`);
      },
    },
    {
      name: 'The rule matches launches',
      async look() {
        const { pattern } = await rule.describe();
        if (pattern === undefined) return fail('It has no event pattern', UNDO_DRIFT);
        if (!(await rule.matches(pattern, sampleEvent(place, 'RunInstances')))) {
          return fail(`Its pattern does not match a launch: ${pattern}`, UNDO_DRIFT);
        }
        if (await rule.matches(pattern, sampleEvent(place, 'TerminateInstances'))) {
          return warn(`Its pattern matches other calls than launches as well: ${pattern}`, UNDO_DRIFT);
        }
        return ok('EventBridge says that its pattern matches a launch, and not another call');
      },
    },
    {
      name: 'The rule hands launches to the function',
      async look() {
        const targets = await rule.targets();
        const target = targets.find(({ arn }) => arn === FunctionArn);
        if (target === undefined) {
          const others = targets.map(({ arn }) => arn).join(', ') || 'none';
          return fail(`${FunctionArn} is not among its targets: ${others}`, UNDO_DRIFT);
        }
        if (!target.wholeEvent) return fail('Its target gets a changed event', UNDO_DRIFT);
        return ok('The function is its target, and gets the whole event');
      },
    },
    {
      name: 'What the rule cannot deliver is kept',
      async look() {
        const target = (await rule.targets()).find(({ arn }) => arn === FunctionArn);
        if (target === undefined) return fail('The function is not its target', UNDO_DRIFT);
        const { deadLetterArn = 'none', retryAttempts } = target;
        if (deadLetterArn !== DeadLetterQueueArn) {
          return fail(`Its dead-letter queue is ${deadLetterArn}, not ${DeadLetterQueueArn}`, UNDO_DRIFT);
        }
        if (retryAttempts === 0) return warn('It does not try again what failed', UNDO_DRIFT);
        return ok(`Tried up to ${retryAttempts ?? 185} times again, then put into the dead-letter queue`);
      },
    },
  ];
}
