#!/usr/bin/env node
import { inspect } from 'node:util';
import { CommanderError, InvalidArgumentError, type Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { defaultStackName } from './command-context.ts';
import { exitCodes, opsCommand } from './command.ts';
import { explainFailure } from './explain-failure.ts';
import { fitText, lineWidth } from './fit-text.ts';
import { harmless } from './text-for-people.ts';

/** A command as the help of the whole tool lists it, and the code behind it. */
interface CommandEntry {
  readonly description: string;
  readonly load: () => Promise<Command>;
}

/**
 * The commands by name. Only the one that is asked for is loaded: all of them, with their AWS SDK clients, take a second
 * and 170 MB, and `replay` may use 200 MB in all.
 */
const commands: ReadonlyMap<string, CommandEntry> = new Map([
  [
    'dead-letters',
    {
      description: 'what could not be settled or delivered, and why',
      load: async () => (await import('./dead-letters/dead-letters-command.ts')).deadLettersCommand(),
    },
  ],
  [
    'second-look',
    {
      description: 'what waits to be looked at again, for whom, and until when',
      load: async () => (await import('./second-look/second-look-command.ts')).secondLookCommand(),
    },
  ],
  [
    'doctor',
    {
      description: 'whether the enforcer is really on, and how to fix what is not',
      load: async () => (await import('./doctor/doctor-command.ts')).doctorCommand(),
    },
  ],
  [
    'pause',
    {
      description: 'stop the enforcer: nothing is terminated, and all that comes waits for resume',
      load: async () => (await import('./pause/pause-command.ts')).pauseCommand(),
    },
  ],
  [
    'resume',
    {
      description: 'let a paused enforcer go on: all that waited is settled',
      load: async () => (await import('./pause/pause-command.ts')).resumeCommand(),
    },
  ],
  [
    'audit',
    {
      description: 'every instance that runs nameless now: what to look at before switching to terminate',
      load: async () => (await import('./audit/audit-command.ts')).auditCommand(),
    },
  ],
  [
    'replay',
    {
      description: 'what the enforcer would have done about the launches of CloudTrail log files',
      load: async () => (await import('./replay/replay-command.ts')).replayCommand(),
    },
  ],
]);

/** How a person gets the completion script of a shell. */
const completion = {
  name: 'completion',
  description: 'print what makes bash, zsh or fish complete this tool',
};

const program = opsCommand('name-tag-enforcer-ops')
  .version(manifest.version, '--version', 'print the version of this tool')
  .description('Tells the operators of the EC2 name-tag enforcer what failed and why, and whether it is on.')
  .option('--region <region>', 'AWS region of the stack (default: that of the environment or profile)')
  .option('--profile <profile>', 'profile of the shared AWS configuration (default: AWS_PROFILE)')
  .option(
    '--role <name>',
    'role that you take on in other accounts of an organization, to look there (not the role of the hub)',
    readRoleName,
  )
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

for (const [name, { description, load }] of commands) {
  const command = process.argv.includes(name) ? await load() : opsCommand(name);
  program.addCommand(command.description(description));
}
// The script asks `complete` at each press of the tab key.
if ([completion.name, 'complete'].some((name) => process.argv.includes(name))) {
  const { addCompletion } = await import('./completion.ts');
  addCompletion(program, completion);
} else program.addCommand(opsCommand(completion.name).description(completion.description));

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
  process.stderr.write(`${fitText(harmless(text), lineWidth(process.stderr))}\n`);
  return exitCodes.unknown;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
function readRoleName(text: string): string {
  if (/^[\w+=,.@/-]{1,576}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the name of a role, with its path if it has one, and no ARN.');
}
