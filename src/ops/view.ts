import { InvalidArgumentError, type Command } from 'commander';
import * as v from 'valibot';
import type { CommandContext } from './command-context.ts';
import { withContext, type CommandResult } from './command.ts';
import { OpsError } from './errors.ts';
import { inRegions, type RegionRun } from './in-regions.ts';
import { parseRegions } from './parse-regions.ts';
import { watch } from './watch.ts';

/** How a view may be printed. */
export const formats = ['table', 'json', 'csv', 'html'] as const;

const ViewOptions = v.object({
  regions: v.optional(v.string()),
  watch: v.optional(v.union([v.literal(true), v.number()])),
  format: v.optional(v.picklist(formats), 'table'),
});

/** Seconds between two looks: each costs calls to AWS, and hides messages of the queue from others meanwhile. */
const EVERY = 15;

/** A command that only looks: of several regions, and again and again. */
export function addViewOptions(command: Command): Command {
  return command
    .option('--regions <regions>', 'the stacks of these regions, separated by commas, instead of --region')
    .option('--watch [seconds]', `look again every so many seconds (${EVERY}), until Ctrl-C`, readSeconds);
}

/** The action of a command with `addViewOptions`: `run` is one look at one stack. */
export function withView(
  run: (context: CommandContext, command: Command, where: RegionRun) => Promise<CommandResult>,
): (...parameters: readonly unknown[]) => Promise<void> {
  return withContext(async (context, command) => {
    const { regions, watch: every, format: asked } = v.parse(ViewOptions, command.opts());
    const format = context.output.json ? 'json' : asked;
    const wanted = regions === undefined ? undefined : parseRegions(regions);
    if (wanted !== undefined && format === 'html') {
      throw new OpsError(
        'Expected --format html for one stack, found --regions. Give --region, and each region a file of its own.',
      );
    }
    const look = async (at: CommandContext): Promise<CommandResult> =>
      wanted === undefined || format === 'html'
        ? run(at, command, { isFirst: true })
        : inRegions(at, wanted, format, async (there, where) => run(there, command, where));
    if (every === undefined) return look(context);
    if (format !== 'table' || !process.stdout.isTTY) {
      throw new OpsError(
        'Expected --watch at a terminal, where the screen can be cleared, found a pipe, a file, or a format for ' +
          'programs. Leave --watch out, and run the command as often as you need it.',
      );
    }
    return watch(context, every === true ? EVERY : every, look);
  });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 2 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError('Expected a whole number of seconds from 2 to 3600.');
}
