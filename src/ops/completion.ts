import { ShellCompDirective, type Command as CompletedCommand } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { knownCauses } from './dead-letters/cause-guide.ts';

/**
 * Adds the command that prints the completion script of a shell, and the hidden `complete` that the script asks. Of the
 * commands, their options and the options' choices they know what commander knows; those that commander does not know as
 * choices, because others are valid too, stand here.
 *
 * @param program with its commands; those that are not asked for may be without their options
 */
export function addCompletion(
  program: Command,
  { name, description }: { readonly name: string; readonly description: string },
): void {
  const root = tab(program, { completionCommandName: name });
  for (const command of root.commands.values()) {
    addGlobalOptions(root, command);
    suggest(command, 'cause', knownCauses);
  }
  // Where nothing is known, the shell completes names of files, as for a tool without completion.
  ShellCompDirective.ShellCompDirectiveNoFileComp = ShellCompDirective.ShellCompDirectiveDefault;
  program.commands
    .find((command) => command.name() === name)
    ?.description(description)
    .hook('postAction', (_, { args: [shell] }) => {
      if (shell === 'bash') process.stdout.write(`${completeFilesInBash(program.name())}\n`);
    });
}

/** tab completes the options of the command alone. */
function addGlobalOptions(root: CompletedCommand, command: CompletedCommand): void {
  for (const [name, option] of root.options) {
    if (name !== 'version' && !command.options.has(name)) command.options.set(name, option);
  }
}

function suggest(command: CompletedCommand, option: string, values: readonly string[]): void {
  const known = command.options.get(option);
  if (known === undefined) return;
  known.handler = (complete) => {
    for (const value of values) complete(value, '');
  };
}

/** bash completes files only where it is told to at the registration. */
function completeFilesInBash(tool: string): string {
  return `complete -o default -F __${tool.replaceAll('-', '_')}_complete ${tool}`;
}
