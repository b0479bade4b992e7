import type { Connection } from '../aws/connection.ts';
import { createFunctionSettings } from '../aws/lambda-settings.ts';
import type { FunctionSettings } from '../aws/lambda-settings.ts';
import { hubParts } from '../hub-parts.ts';
import type { Stack } from '../stack.ts';
import { stackParts, type SecondLookParts } from '../stack-parts.ts';
import { DEPLOY_ANEW, fail, ok, UNDO_DRIFT, warn, type Check } from './check.ts';
import { letsRuleIn } from './resource-policy.ts';

/** Whether the functions can run, and do what the stack's settings say. */
export function functionChecks(connection: Connection, stack: Stack): Check[] {
  const { launches, secondLook } = stackParts(stack);
  const settings = createFunctionSettings(connection, launches.functionName);
  const hub = hubParts(stack);
  const ruleArns = hub === undefined ? [launches.ruleArn] : [launches.ruleArn, hub.launches.arn];
  const reserved = stack.parameters['ReservedConcurrency'] ?? 'none';
  return [
    ruleCheck(settings, launches.functionName, ruleArns),
    ...settingsChecks('EnforceNameTag', settings, stack),
    concurrencyCheck('EnforceNameTag', settings, launches.functionName, reserved),
    {
      name: 'What EnforceNameTag fails at is tried again and kept',
      async look() {
        const wanted = secondLook?.queueArn ?? stack.outputs.DeadLetterQueueArn;
        const async = await settings.async();
        const onFailure = async?.onFailureArn ?? 'none';
        if (onFailure !== wanted)
          return fail(`Its destination on failure is ${onFailure}, not ${wanted}`, UNDO_DRIFT);
        if (async?.retryAttempts === 0) return warn('Lambda does not try again what failed', UNDO_DRIFT);
        const queue = secondLook === undefined ? 'dead-letter queue' : 'second-look queue';
        return ok(`Tried ${async?.retryAttempts ?? 2} times again, then put into the ${queue}`);
      },
    },
    ...(secondLook === undefined ? [] : secondLookChecks(connection, secondLook, stack)),
  ];
}

function secondLookChecks(connection: Connection, secondLook: SecondLookParts, stack: Stack): Check[] {
  const { functionName } = secondLook;
  const settings = createFunctionSettings(connection, functionName);
  return [
    mappingCheck(settings, secondLook),
    ...settingsChecks('SecondLook', settings, stack),
    // The template reserves none for it: its mapping limits it.
    concurrencyCheck('SecondLook', settings, functionName, 'none'),
  ];
}

function ruleCheck(settings: FunctionSettings, functionName: string, ruleArns: readonly string[]): Check {
  return {
    name: `EnforceNameTag lets the ${ruleArns.length === 1 ? 'rule' : 'rules'} in`,
    async look() {
      const policy = await settings.policy();
      const shutOut = ruleArns.filter(
        (ruleArn) => policy === undefined || !letsRuleIn(policy, 'lambda:InvokeFunction', ruleArn),
      );
      if (shutOut.length === 0)
        return ok('Its policy allows EventBridge to invoke it for each rule of launches');
      const commands = shutOut.map(
        (ruleArn) =>
          `aws lambda add-permission --function-name ${functionName} --statement-id ${statementId(ruleArn)} ` +
          `--action lambda:InvokeFunction --principal events.amazonaws.com --source-arn ${ruleArn}`,
      );
      return fail(
        policy === undefined
          ? 'It has no policy of its own'
          : `Its policy does not allow ${shutOut.join(', ')}`,
        commands.join(' && '),
      );
    },
  };
}

/** As the template calls the rules: one on a bus of its own is of members. */
function statementId(ruleArn: string): string {
  return /:rule\/[^/]+\//.test(ruleArn) ? 'MemberLaunchRule' : 'LaunchRule';
}

/** What hands the queue's messages to the function: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
function mappingCheck(
  settings: FunctionSettings,
  { mappingId, queueArn }: { readonly mappingId: string; readonly queueArn: string },
): Check {
  return {
    name: 'SecondLook gets the messages of its queue',
    async look() {
      const mapping = await settings.mapping(mappingId);
      if (mapping === undefined) return fail(`The event source mapping ${mappingId} is gone`, UNDO_DRIFT);
      const { state, queueArn: from, reportsFailures } = mapping;
      if (from !== queueArn)
        return fail(`It gets those of ${from ?? 'no queue'}, not ${queueArn}`, UNDO_DRIFT);
      if (!reportsFailures)
        return fail('Messages that it names as not finished are deleted all the same', UNDO_DRIFT);
      if (state === 'Enabled') return ok('Its event source mapping is Enabled');
      if (state === 'Disabled' || state === 'Disabling') {
        return fail(
          `Its event source mapping is ${state}: starts, grace periods and retries wait`,
          `Switch it on: aws lambda update-event-source-mapping --uuid ${mappingId} --enabled`,
        );
      }
      return warn(`Its event source mapping is ${state}`, 'Look again in a minute');
    },
  };
}

function settingsChecks(name: string, settings: FunctionSettings, { outputs, parameters }: Stack): Check[] {
  return [
    {
      name: `The last update of ${name} went well`,
      async look() {
        const { state, lastUpdate, lastUpdateReason = '' } = await settings.configuration();
        const found = `State ${state}, last update ${lastUpdate} ${lastUpdateReason}`.trimEnd();
        if (state === 'Failed' || lastUpdate === 'Failed') return fail(found, DEPLOY_ANEW);
        if (lastUpdate === 'InProgress' || state === 'Pending') return warn(found, 'Look again in a minute');
        return ok(found);
      },
    },
    {
      name: `${name} does what the stack says`,
      async look() {
        const { environment } = await settings.configuration();
        const mode = environment['MODE'] ?? 'terminate';
        if (mode !== outputs.Mode) {
          return fail(`The function's mode is ${mode}, the stack's is ${outputs.Mode}`, UNDO_DRIFT);
        }
        const exempt = environment['EXEMPT_TAG_KEYS'] ?? '';
        if (exempt !== (parameters['ExemptTagKeys'] ?? '')) {
          return fail(`The function exempts ${exempt || 'nothing'}, unlike the stack`, UNDO_DRIFT);
        }
        const grace = environment['GRACE_PERIOD_MINUTES'] ?? '0';
        if (Number(grace) !== Number(parameters['GracePeriodMinutes'] ?? 0)) {
          return fail(`The function gives ${grace} minutes of grace, unlike the stack`, UNDO_DRIFT);
        }
        const services = environment['SERVICE_LAUNCH_MODE'] ?? 'same';
        if (services !== (parameters['ServiceLaunchMode'] ?? 'same'))
          return fail(
            `The function's mode for service launches is ${services}, unlike the stack's`,
            UNDO_DRIFT,
          );
        const limit = environment['RELAUNCH_LIMIT'] ?? '3';
        if (Number(limit) !== Number(parameters['RelaunchLimit'] ?? 3))
          return fail(`The function's relaunch limit is ${limit}, unlike the stack's`, UNDO_DRIFT);
        const exempts = exempt === '' ? 'nothing is exempt' : `exempt: ${exempt}`;
        const gives = Number(grace) === 0 ? 'at once' : `after ${grace} minutes`;
        if (mode === 'report') {
          return warn(`Mode report: nothing is terminated; ${exempts}`, 'Deploy with Mode=terminate');
        }
        const others = services === 'same' ? '' : `, ${services} for service launches`;
        return ok(`Mode ${mode}${others}, ${gives}; ${exempts}`);
      },
    },
  ];
}

/** @param wanted reserved concurrency, or `none` */
function concurrencyCheck(
  name: string,
  settings: FunctionSettings,
  functionName: string,
  wanted: string,
): Check {
  return {
    name: `${name} has concurrency to run`,
    async look() {
      const reserved = await settings.reservedConcurrency();
      const fix = `aws lambda put-function-concurrency --function-name ${functionName} --reserved-concurrent-executions ${wanted}`;
      if (reserved === 0) {
        const mendZero =
          wanted === 'none' ? `aws lambda delete-function-concurrency --function-name ${functionName}` : fix;
        return fail('Reserved concurrency 0: the function never runs', mendZero);
      }
      if (String(reserved ?? 'none') === wanted) return ok(`Reserved concurrency ${wanted}`);
      return warn(
        `Reserved concurrency ${reserved ?? 'none'}, the stack's is ${wanted}`,
        wanted === 'none' ? UNDO_DRIFT : fix,
      );
    },
  };
}
