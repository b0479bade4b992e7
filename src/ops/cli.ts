import { inspect } from 'node:util';
import { CommanderError, type Command } from 'commander';
import { defaultStackName } from './command-context.ts';
import { exitCodes, opsCommand } from './command.ts';
import { explainFailure } from './explain-failure.ts';
import { harmless } from './text-for-people.ts';

/**
 * The commands by name. Only the one that is asked for is loaded: all of them, with their AWS SDK clients, take a second
 * and 170 MB, and `replay` may use 200 MB in all.
 */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['dead-letters', async () => (await import('./dead-letters/dead-letters-command.ts')).deadLettersCommand()],
  ['second-look', async () => (await import('./second-look/second-look-command.ts')).secondLookCommand()],
  ['doctor', async () => (await import('./doctor/doctor-command.ts')).doctorCommand()],
  ['pause', async () => (await import('./pause/pause-command.ts')).pauseCommand()],
  ['resume', async () => (await import('./pause/pause-command.ts')).resumeCommand()],
  ['audit', async () => (await import('./audit/audit-command.ts')).auditCommand()],
  ['replay', async () => (await import('./replay/replay-command.ts')).replayCommand()],
]);

const program = opsCommand('name-tag-enforcer-ops')
  .description('Tells the operators of the EC2 name-tag enforcer what failed and why, and whether it is on.')
  .option('--region <region>', 'AWS region of the stack (default: that of the environment or profile)')
  .option('--profile <profile>', 'profile of the shared AWS configuration (default: AWS_PROFILE)')
  .option('--stack <name>', 'name of the deployed stack', defaultStackName)
  .option(
    '--json',
    'print JSON for programs instead of tables for people: one document, of `replay` one a line',
  )
  .addHelpText(
    'after',
    `
Exit codes:
  0  all is well: nothing found that a person must look at
  1  something was found: dead letters, failed checks, a redrive that did not settle all
  2  could not tell: wrong usage, no credentials, no such stack, denied, throttled, AWS unreachable

Nothing is changed without --yes: first see what would be done.`,
  );

const named = [...commands].filter(([name]) => process.argv.includes(name));
for (const [, load] of named.length === 0 ? commands : named) program.addCommand(await load());

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Says what went wrong, where commander has not said so itself. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.unknown;
  const text = explainFailure(error) ?? `This is a defect of this tool. ${inspect(error)}`;
  process.stderr.write(`${harmless(text)}\n`);
  return exitCodes.unknown;
}
