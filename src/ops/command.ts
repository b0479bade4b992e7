import { Command } from 'commander';
import { checkProfile } from './check-profile.ts';
import { createCommandContext, type CommandContext } from './command-context.ts';

/** What a command came to. A command that could not tell throws. */
export type CommandResult = 'fine' | 'found';

/** Exit codes, the same for every command. */
export const exitCodes = { fine: 0, found: 1, unknown: 2 } as const;

/** A command of the tool. All of them behave alike: help with the global options, errors thrown and not exited on. */
export function opsCommand(name: string): Command {
  return new Command(name)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride();
}

/**
 * Makes an action for commander of a function that gets the context, and the command for its own arguments and
 * options (`command.args`, `command.opts()`: parse them).
 */
export function withContext(
  run: (context: CommandContext, command: Command) => Promise<CommandResult>,
): (...parameters: readonly unknown[]) => Promise<void> {
  return async (...parameters) => {
    const command = parameters.at(-1);
    if (!(command instanceof Command)) throw new TypeError('Expected commander to pass the command last.');
    const context = createCommandContext(command.optsWithGlobals());
    await checkProfile(context.connection.profile, process.env);
    process.exitCode = exitCodes[await run(context, command)];
  };
}
