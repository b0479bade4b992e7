import type { CurrentState } from './current-state.ts';
import type { DeadLetter } from './letter.ts';
import type { Session } from './session.ts';
import { whatToDo, type WhatToDo } from './what-to-do.ts';
import { defaultStackName, type CommandContext } from '../command-context.ts';

/** What to do about a letter of this stack. */
export function stackTodo(
  context: CommandContext,
  { stack, home }: Session,
  letter: DeadLetter,
  state: CurrentState | undefined,
): WhatToDo {
  const { RoleArn, LogGroupName } = stack.outputs;
  const [, partition] = RoleArn.split(':');
  const memberRole = stack.parameters['MemberRoleName'] ?? '';
  return whatToDo(letter, state, {
    OPS: toolCall(context, home.region),
    roleIn: (account) =>
      account === home.account ? RoleArn : `arn:${partition}:iam::${account}:role/${memberRole}`,
    LOG_GROUP: LogGroupName,
    account: home.account,
    region: home.region,
  });
}

/** How to call this tool again for the same stack, from anywhere. */
function toolCall({ connection: { profile }, stackName }: CommandContext, region: string): string {
  // npm sets it for what its scripts start: https://docs.npmjs.com/cli/v11/using-npm/scripts
  const tool = process.env['npm_lifecycle_event'] === 'ops' ? 'npm run ops --' : 'name-tag-enforcer-ops';
  const options = { region, profile, stack: stackName === defaultStackName ? undefined : stackName };
  return [
    tool,
    ...Object.entries(options).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            `--${name} ${/^[\w.:/@+-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`}`,
          ],
    ),
  ].join(' ');
}
