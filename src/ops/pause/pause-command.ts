import type { Command } from 'commander';
import * as v from 'valibot';
import { isRunning } from '../../enforcer/pause-state.ts';
import type { PauseState } from '../../enforcer/pause-state.ts';
import { createInvocableFunction } from '../aws/lambda-function.ts';
import { readCallerArn } from '../aws/sts-caller.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { OpsError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import { describePause, readPauseState } from './pause-state.ts';

/** Characters that the function takes. */
const LONGEST_REASON = 1_000;

const Options = v.object({ yes: v.optional(v.boolean(), false), reason: v.optional(v.string()) });

/** What `Pause` answers. */
const Answer = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    state: v.picklist(['paused', 'running']),
    changed: v.boolean(),
    mark: v.optional(v.string()),
  }),
);

/** `pause`: nothing is terminated, nothing is lost. */
export function pauseCommand(): Command {
  return opsCommand('pause')
    .requiredOption('--reason <text>', 'why; others see it in the log, on the dashboard and in doctor')
    .option('--yes', 'do it; without, it only shows what it would do')
    .addHelpText(
      'after',
      `
The function for launches no longer runs, and nothing is taken out of the second-look queue.
Launches and starts wait there, for up to 14 days. What runs just now ends its work.`,
    )
    .action(
      withContext(async (context, command) => {
        const { yes, reason = '' } = v.parse(Options, command.opts());
        mustBeReason(reason);
        const stack = await context.stack();
        if (yes) return invoke(context, stack, { action: 'pause', reason });
        const state = await readPauseState(context.connection, stack);
        show(context, state, 'Would pause it');
        return 'fine';
      }),
    );
}

/** `resume`: what waited is settled. */
export function resumeCommand(): Command {
  return opsCommand('resume')
    .option('--reason <text>', 'why; others see it in the log and on the dashboard')
    .option('--yes', 'do it; without, it only shows what it would do')
    .addHelpText(
      'after',
      `
What waited is judged by its tags of now. What still has no name is terminated, however many
there are: the alarm that paused rings anew only after an hour with fewer terminations.`,
    )
    .action(
      withContext(async (context, command) => {
        const { yes, reason = 'asked for' } = v.parse(Options, command.opts());
        mustBeReason(reason);
        const stack = await context.stack();
        const state = await readPauseState(context.connection, stack);
        if (isRunning(state)) {
          throw new OpsError(
            `Expected the stack \`${stack.name}\` to be paused, found that it runs. Nothing was changed.`,
          );
        }
        if (yes) return invoke(context, stack, { action: 'resume', reason });
        show(context, state, 'Would resume it');
        return 'fine';
      }),
    );
}

function mustBeReason(reason: string): void {
  const { length } = reason.trim();
  if (length >= 1 && length <= LONGEST_REASON) return;
  throw new OpsError(
    `Expected --reason to say why in 1 to ${LONGEST_REASON} characters, found ${length === 0 ? 'an empty text' : `${length} of them`}.`,
  );
}

function show({ output }: CommandContext, state: PauseState, would: string): void {
  if (output.json) output.document({ ...state, changed: false });
  else {
    output.line(describePause(state));
    output.line(`${would}; add --yes to do it.`);
  }
}

async function invoke(
  { connection, output }: CommandContext,
  stack: Stack,
  { action, reason }: { readonly action: 'pause' | 'resume'; readonly reason: string },
): Promise<CommandResult> {
  const name = stack.outputs.PauseFunctionName;
  if (name === undefined) {
    throw new OpsError(
      `Expected the stack \`${stack.name}\` to have a function that pauses, as template.yaml has, found none: it is of ` +
        'an older template. Deploy it anew with `npm run deploy`.',
    );
  }
  const by = await readCallerArn(connection);
  const event = { action, reason: `${reason.trim()} (by ${by})` };
  const invocation = await createInvocableFunction(connection, name).invoke(JSON.stringify(event));
  if (invocation.kind === 'failed')
    throw new OpsError(`The function ${name} failed. ${invocation.errorType}: ${invocation.errorMessage}`);
  const { state, changed, mark } = v.parse(Answer, invocation.payload);
  if (output.json) output.document({ state, changed, mark });
  else if (state === 'running') output.line('Resumed: what waited is settled now.');
  else if (changed)
    output.line('Paused. Nothing is terminated, and all that comes waits. Go on with resume.');
  else output.line(`It was paused before, since ${mark ?? 'a time that nobody told'}.`);
  return 'fine';
}
