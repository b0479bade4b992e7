import type { Command } from 'commander';
import * as v from 'valibot';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { OpsError } from '../errors.ts';
import { addOrganizationOptions } from '../organization/members.ts';
import type { Output } from '../output.ts';
import { style } from '../text-for-people.ts';
import type { Stack } from '../stack.ts';
import { addViewOptions, withView } from '../view.ts';
import { activityChecks } from './activity-checks.ts';
import { alarmCheck } from './alarm-check.ts';
import { busChecks } from './bus-check.ts';
import { DEPLOY_ANEW, fail, lookAtAll, ok, UNDO_DRIFT, warn } from './check.ts';
import type { Check, CheckedResult, CheckResult, CheckStatus } from './check.ts';
import { functionChecks } from './function-checks.ts';
import {
  addMemberOptions,
  countMembers,
  examineMembers,
  memberDocument,
  membersToLookAt,
  showMembers,
} from './organization/doctor-organization.ts';
import { pauseCheck } from './pause-check.ts';
import { probeCheck } from './probe-check.ts';
import { queueChecks } from './queue-checks.ts';
import { reachChecks } from './reach-check.ts';
import { roleChecks } from './role-check.ts';
import { ruleChecks } from './rule-checks.ts';
import { signalChecks } from './signal-check.ts';
import { subscriptionCheck } from './subscription-check.ts';
import { trailCheck } from './trail-check.ts';
import { undoDriftCommands } from './undo-drift.ts';

const DoctorOptions = v.object({
  probe: v.optional(v.boolean(), false),
  organization: v.optional(v.boolean(), false),
});

/** `doctor`: is it really on? */
export function doctorCommand(): Command {
  const ofStacks = withView(run);
  // There --regions says which members, and not which stacks.
  const ofOrganization = withContext(run);
  const command = addMemberOptions(addOrganizationOptions(addViewOptions(opsCommand('doctor'))));
  return command
    .option(
      '--probe',
      'also send the functions events that ask nothing of them: they start, and reach EC2; launches nothing',
    )
    .addHelpText(
      'after',
      `
Follows a launch, and a start, over the rules, the functions and their roles to the queues and the
alarms. Exit code 0 when all is ok, 1 when anything warns or fails, 2 when something could
not be looked at and nothing else was found.

With --organization it looks at a hub, and then at each of its members: whether its events can reach the hub, and
whether the hub can act there, for which the functions ask EC2 in each. --role names a role of yours that may look at
the rules of the members.`,
    )
    .action(async (...parameters: readonly unknown[]) => {
      const { organization } = v.parse(DoctorOptions, command.opts());
      return organization ? ofOrganization(...parameters) : ofStacks(...parameters);
    });
}

async function run(context: CommandContext, command: Command): Promise<CommandResult> {
  const { output } = context;
  const { probe } = v.parse(DoctorOptions, command.opts());
  const members = await membersToLookAt(context, command);
  const stack = await context.stack();
  const results = await lookAtAll(allChecks(context, stack, probe));
  const undoDrift = needsUndoDrift(results) ? undoDriftCommands(stack) : [];
  if (!output.json) printResults(output, stack, results, undoDrift, members !== undefined);
  const ofMembers = members && (await examineMembers(context, members));
  const undoInMembers =
    ofMembers && undoDrift.length === 0 && needsUndoDrift(ofMembers.map(({ action }) => action))
      ? undoDriftCommands(stack)
      : [];
  if (output.json) {
    const document = { stack: stack.name, checks: results, undoDrift: [...undoDrift, ...undoInMembers] };
    output.document(ofMembers ? { ...document, members: ofMembers.map(memberDocument) } : document);
  } else if (ofMembers) {
    showMembers(context, ofMembers, command.opts());
    printUndoDrift(output, undoInMembers);
  }
  const inMembers = countMembers(ofMembers ?? []);
  const found =
    results.filter(({ status }) => status === 'warn' || status === 'fail').length + inMembers.found;
  const unknown = results.filter(({ status }) => status === 'unknown').length + inMembers.unknown;
  if (found === 0 && unknown > 0) {
    const all = results.length + (ofMembers?.length ?? 0);
    throw new OpsError(`Could not look at ${unknown} of ${all} things; see above.`);
  }
  return found > 0 ? 'found' : 'fine';
}

/** In the order of a launch's way. */
function allChecks({ connection }: CommandContext, stack: Stack, probe: boolean): Check[] {
  return [
    stackCheck(stack),
    trailCheck(connection, stack),
    ...busChecks(connection, stack),
    ...ruleChecks(connection, stack),
    pauseCheck(connection, stack),
    ...functionChecks(connection, stack),
    ...roleChecks(connection, stack),
    ...queueChecks(connection, stack),
    alarmCheck(connection, stack),
    subscriptionCheck(connection, stack),
    ...signalChecks(connection, stack),
    ...activityChecks(connection, stack),
    ...(probe ? [probeCheck(connection, stack), ...reachChecks(connection, stack)] : []),
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
function stackCheck({ name, status }: Stack): Check {
  return {
    name: 'The stack is deployed',
    async look() {
      const found = `${name} is ${status}`;
      if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') return ok(found);
      if (status.endsWith('_IN_PROGRESS')) return warn(found, 'Look again when it is done');
      return fail(found, DEPLOY_ANEW);
    },
  };
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red', unknown: 'magenta' } as const satisfies Record<
  CheckStatus,
  string
>;

/** @param onlyBad what is ok is counted alone */
function printResults(
  output: Output,
  stack: Stack,
  results: readonly CheckedResult[],
  undoDrift: readonly string[],
  onlyBad: boolean,
): void {
  for (const { status, name, found, fix } of results) {
    if (onlyBad && status === 'ok') continue;
    output.line(`${style(colours[status], status.padEnd(8))}${style('bold', name)}`);
    output.line(`        ${found}`);
    if (fix !== undefined) printFix(output, fix);
  }
  printUndoDrift(output, undoDrift);
  const summary = Object.keys(colours)
    .flatMap((status) => {
      const { length } = results.filter((result) => result.status === status);
      return length === 0 ? [] : [`${length} ${status}`];
    })
    .join(', ');
  output.line(
    `${onlyBad && results.every(({ status }) => status === 'ok') ? '' : '\n'}${stack.name} ${verdictOn(results)}: ${summary}.`,
  );
}

function needsUndoDrift(results: readonly CheckResult[]): boolean {
  return results.some(({ fix }) => fix?.includes(UNDO_DRIFT));
}

function printUndoDrift(output: Output, commands: readonly string[]): void {
  if (commands.length === 0) return;
  output.line('\nTo put back what was changed by hand; the third command shows what the fourth will do:');
  for (const command of commands) output.command(command, 2);
}

/** What to do, and under it the command for it, if it ends in one that is long. */
function printFix(output: Output, fix: string): void {
  const [advice = '', command] = fix.split(/(?<=: )(?=aws )/);
  output.line(`        ${style('cyan', `-> ${advice.trimEnd()}`)}`);
  if (command !== undefined) output.command(command, 11);
}

function verdictOn(results: readonly CheckedResult[]): string {
  const some = (wanted: CheckStatus): boolean => results.some(({ status }) => status === wanted);
  if (some('fail')) return 'is not fully on';
  if (some('unknown')) return 'could not be looked at as a whole';
  return some('warn') ? 'is on, with warnings' : 'is on';
}
