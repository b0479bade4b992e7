import type { Command } from 'commander';
import * as v from 'valibot';
import type { CommandContext } from '../../command-context.ts';
import { OpsError } from '../../errors.ts';
import { hubOf } from '../../hub-parts.ts';
import { readMembers } from '../../organization/members.ts';
import { startProgress } from '../../progress.ts';
import { isFine, printMembers } from './print-members.ts';
import { lookAtMembers, type MemberResult, type MembersToLookAt } from './look-at-members.ts';

const Options = v.object({
  organization: v.optional(v.boolean(), false),
  account: v.optional(v.array(v.string())),
  regions: v.optional(v.string()),
  all: v.optional(v.boolean(), false),
  watch: v.optional(v.unknown()),
});

/** The options of `doctor` for members, beside those of every command that can be about them. */
export function addMemberOptions(command: Command): Command {
  return command
    .option(
      '--account <id...>',
      'with --organization: members of these accounts alone (and of --regions alone)',
    )
    .option('--all', 'with --organization: show the members that are fine too');
}

/**
 * The members that `doctor` is to look at; undefined when it is about the stack alone.
 *
 * @throws OpsError for options that do not go together, a stack that is no hub, or when there are no such members
 */
export async function membersToLookAt(
  context: CommandContext,
  command: Command,
): Promise<MembersToLookAt | undefined> {
  const { organization, account, regions, all, watch } = v.parse(Options, command.opts());
  if (!organization && (account !== undefined || all))
    throw new OpsError('Expected --account and --all together with --organization, found them alone.');
  if (organization && watch !== undefined)
    throw new OpsError('Expected --organization without --watch: it invokes the functions for each member.');
  if (organization) hubOf(await context.stack());
  const members = await readMembers(command.optsWithGlobals(), context.connection);
  return members && { members, areAll: account === undefined && regions === undefined };
}

/** Looks at each member, with progress. */
export async function examineMembers(
  context: CommandContext,
  toLookAt: MembersToLookAt,
): Promise<MemberResult[]> {
  const format = `{bar} {percentage} % of ${toLookAt.members.length.toLocaleString('en')} accounts and regions`;
  const stack = await context.stack();
  const progress = startProgress(format, process.stderr.isTTY, 100);
  const onLooked = (part: number): void => progress.update(Math.floor(part * 100));
  const note = (text: string): void => {
    progress.pause();
    context.output.note(text);
  };
  return lookAtMembers(context, stack, toLookAt, onLooked, note).finally(() => progress.stop());
}

/** How many members are wrong, and of how many it could not be told. */
export function countMembers(results: readonly MemberResult[]): { found: number; unknown: number } {
  const unsure = results.filter((result) => !isFine(result));
  const found = unsure.filter(({ events, action }) =>
    [events.status, action.status].some((status) => status === 'fail' || status === 'warn'),
  ).length;
  return { found, unknown: unsure.length - found };
}

/** @param results of `examineMembers` */
export function showMembers(
  { output }: CommandContext,
  results: readonly MemberResult[],
  options: unknown,
): void {
  printMembers(output, results, v.parse(Options, options).all);
}

/** A member for programs: times in ISO 8601. */
export function memberDocument({ lastEvent, ...member }: MemberResult): object {
  return {
    ...member,
    ...(lastEvent !== undefined && { lastEvent: new Date(lastEvent).toISOString() }),
  };
}
