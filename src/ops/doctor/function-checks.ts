import type { Connection } from '../aws/connection.ts';
import { createFunctionSettings } from '../aws/lambda-settings.ts';
import type { Stack } from '../stack.ts';
import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, warn, type Check } from './check.ts';
import { letsRuleIn } from './resource-policy.ts';

/** Whether the function can run, and does what the stack's settings say. */
export function functionChecks(connection: Connection, { outputs, parameters }: Stack): Check[] {
  const { FunctionName, RuleArn, DeadLetterQueueArn, Mode } = outputs;
  const settings = createFunctionSettings(connection, FunctionName);
  return [
    {
      name: 'The function lets the rule in',
      async look() {
        const policy = await settings.policy();
        if (policy !== undefined && letsRuleIn(policy, 'lambda:InvokeFunction', RuleArn)) {
          return ok('Its policy allows EventBridge to invoke it for this rule');
        }
        return fail(
          policy === undefined ? 'It has no policy of its own' : 'Its policy does not allow this rule',
          `aws lambda add-permission --function-name ${FunctionName} --statement-id LaunchRule ` +
            `--action lambda:InvokeFunction --principal events.amazonaws.com --source-arn ${RuleArn}`,
        );
      },
    },
    {
      name: 'The last update of the function went well',
      async look() {
        const { state, lastUpdate, lastUpdateReason = '' } = await settings.configuration();
        const found = `State ${state}, last update ${lastUpdate} ${lastUpdateReason}`.trimEnd();
        if (state === 'Failed' || lastUpdate === 'Failed') return fail(found, DEPLOY_ANEW);
        if (lastUpdate === 'InProgress' || state === 'Pending') return warn(found, 'Look again in a minute');
        return ok(found);
      },
    },
    {
      name: 'It terminates, and does not only report',
      async look() {
        const { environment } = await settings.configuration();
        const mode = environment['MODE'] ?? 'terminate';
        if (mode !== Mode) {
          return fail(`The function's mode is ${mode}, the stack's is ${Mode}`, UNDO_DRIFT);
        }
        const exempt = environment['EXEMPT_TAG_KEYS'] ?? '';
        if (exempt !== (parameters['ExemptTagKeys'] ?? '')) {
          return fail(`The function exempts ${exempt || 'nothing'}, unlike the stack`, UNDO_DRIFT);
        }
        const exempts = exempt === '' ? 'nothing is exempt' : `exempt: ${exempt}`;
        if (mode === 'report') {
          return warn(`Mode report: nothing is terminated; ${exempts}`, 'Deploy with Mode=terminate');
        }
        return ok(`Mode ${mode}; ${exempts}`);
      },
    },
    {
      name: 'It has concurrency to run',
      async look() {
        const reserved = await settings.reservedConcurrency();
        const wanted = parameters['ReservedConcurrency'] ?? 'none';
        const fix = `aws lambda put-function-concurrency --function-name ${FunctionName} --reserved-concurrent-executions ${wanted}`;
        if (reserved === 0) {
          const mendZero =
            wanted === 'none'
              ? `aws lambda delete-function-concurrency --function-name ${FunctionName}`
              : fix;
          return fail('Reserved concurrency 0: the function never runs', mendZero);
        }
        if (String(reserved ?? 'none') === wanted) return ok(`Reserved concurrency ${wanted}`);
        return warn(
          `Reserved concurrency ${reserved ?? 'none'}, the stack's is ${wanted}`,
          wanted === 'none' ? UNDO_DRIFT : fix,
        );
      },
    },
    {
      name: 'What fails is tried again and kept',
      async look() {
        const async = await settings.async();
        const onFailure = async?.onFailureArn ?? 'none';
        if (onFailure !== DeadLetterQueueArn) {
          return fail(`Its destination on failure is ${onFailure}, not ${DeadLetterQueueArn}`, UNDO_DRIFT);
        }
        if (async?.retryAttempts === 0) return warn('Lambda does not try again what failed', UNDO_DRIFT);
        return ok(`Tried ${async?.retryAttempts ?? 2} times again, then put into the dead-letter queue`);
      },
    },
  ];
}
