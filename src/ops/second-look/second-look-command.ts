import type { Command } from 'commander';
import * as v from 'valibot';
import type { InstanceToSettle } from '../../enforcer/open-instance.ts';
import { formatAge, formatSince } from '../age.ts';
import { createLogGroup } from '../aws/cloudwatch-logs.ts';
import { createMessageQueue, type QueueDepth } from '../aws/sqs-queue.ts';
import type { CommandContext } from '../command-context.ts';
import { opsCommand, type CommandResult } from '../command.ts';
import { counted } from '../counted.ts';
import { readAge } from '../dead-letters/selection.ts';
import { OpsError } from '../errors.ts';
import { parseExemptTagKeys } from '../exempt-tag-keys.ts';
import { instanceLines, readInstancesNow, shortLauncher } from '../instance-now.ts';
import type { Output } from '../output.ts';
import { createReach, lookInPlaces } from '../reach.ts';
import type { Stack } from '../stack.ts';
import { secondLookOf } from '../stack-parts.ts';
import { style } from '../text-for-people.ts';
import { addViewOptions, withView } from '../view.ts';
import { LINES_PATTERN, LOOK_BACK, readWaiting, withInstances } from './waiting.ts';
import type { Waiting, WaitingNow } from './waiting.ts';

/** `second-look`: what is looked at again. */
export function secondLookCommand(): Command {
  return opsCommand('second-look').addCommand(listCommand());
}

const ListOptions = v.object({ since: v.optional(v.number()) });

/**
 * `second-look list`.
 *
 * The queue itself is not read. A message in delay, as nearly all are, is shown to no reader. One that is not would be
 * hidden from the enforcer meanwhile, and after ten receipts, of whomever, SQS moves it to the dead-letter queue. So
 * instances come from the log, where each is told of when it is put there; the queue is only counted, and nothing is
 * delayed by looking.
 */
function listCommand(): Command {
  return addViewOptions(opsCommand('list'))
    .description('instances with time left to get a name, and those that are tried again')
    .option(
      '--since <age>',
      'how far back to read the log (default: the grace period, and the six hours that tries go on for)',
      readAge,
    )
    .addHelpText(
      'after',
      `
The queue is counted and not read: SQS shows nobody a message in delay, and to receive another
would hide it from the enforcer and count towards the ten receipts after which it is given up.
What waits is told from the log, and compared with what EC2 shows now. Starts of instances wait
two minutes, and are counted alone. Of the counts SQS says that they are approximate.

Exit codes:
  0  nothing is overdue, whatever waits
  1  something should have been looked at by now
  2  could not tell, of the queue or of something that is past its time`,
    )
    .action(
      withView(async (context, command) => {
        const { since } = v.parse(ListOptions, command.opts());
        return list(context, since);
      }),
    );
}

async function list(context: CommandContext, lookBack: number | undefined): Promise<CommandResult> {
  const { connection, output } = context;
  const stack = await context.stack();
  const now = Date.now();
  const since = now - (lookBack ?? graceOf(stack) + LOOK_BACK);
  const log = createLogGroup(connection, stack.outputs.LogGroupName);
  const [depth, lines] = await Promise.all([
    createMessageQueue(connection, secondLookOf(stack).queueUrl).depth(),
    log.matching(LINES_PATTERN, since),
  ]);
  const exemptTagKeys = parseExemptTagKeys(stack.parameters['ExemptTagKeys'] ?? '');
  const shown = await lookInPlaces(
    readWaiting(lines, stack.name, now),
    ({ source }) => source,
    { reach: createReach(context, stack), exemptTagKeys },
    async (waiting, sight) => withInstances(waiting, await readInstancesNow(toSettle(waiting), sight), now),
  );
  const found = shown.flat().toSorted((one, other) => one.until - other.until);

  if (output.json) output.document({ waiting: found.map(documentOf), queue: depth, since: iso(since) });
  else print(output, found, depth, now - since);
  if (found.some(({ overdue }) => overdue)) return 'found';
  const untold = found.filter((one) => one.untold).length;
  if (untold === 0) return 'fine';
  throw new OpsError(`Could not tell of ${entries(untold)} past the time; see above.`);
}

function toSettle(waiting: readonly Waiting[]): InstanceToSettle[] {
  return waiting.flatMap(({ instanceIds, toldAt }) =>
    instanceIds.map((instanceId) => ({ instanceId, launchedAt: toldAt })),
  );
}

function graceOf({ parameters }: Stack): number {
  return Number(parameters['GracePeriodMinutes'] ?? 0) * 60_000;
}

function documentOf(waiting: WaitingNow) {
  const { until, failingSince, toldAt, source, instanceIds: _, ...rest } = waiting;
  return {
    ...rest,
    ...source,
    toldAt: iso(toldAt),
    until: iso(until),
    failingSince: failingSince === undefined ? null : iso(failingSince),
  };
}

const kinds = {
  grace: 'time to get a name',
  asked: 'sent by audit',
  failed: 'is tried again',
} as const satisfies Record<WaitingNow['kind'], string>;

function print(output: Output, found: readonly WaitingNow[], depth: QueueDepth, span: number): void {
  if (found.length > 0) {
    output.table(
      ['Instances now', 'Why', 'Launcher, account, region', 'Until', 'Failing for'],
      found.map((one) => {
        const { kind, reason, source, instances, until, failingSince, overdue } = one;
        const { launcher, account, region } = source;
        return [
          instanceLines(instances).join('\n') || 'none known',
          `${kinds[kind]}\n${reason}`,
          `${shortLauncher(launcher)}\n${account ?? 'unknown'} ${region ?? 'unknown'}`,
          `${iso(until)}\n${overdue ? style('red', `overdue by ${formatSince(until)}`) : untilText(until)}`,
          failingSince === undefined ? '-' : formatSince(failingSince),
        ];
      }),
    );
  }
  const instances = found.reduce((sum, one) => sum + one.instances.length, 0);
  const { waiting, inFlight, delayed } = depth;
  output.line(
    `${counted(instances, 'instance')} by the log of the last ${formatAge(span)}. The queue holds about ` +
      `${counted(waiting + inFlight + delayed, 'message')}, starts among them: ${delayed} delayed, ` +
      `${waiting} to be looked at now, ${inFlight} being looked at.`,
  );
  const overdue = found.filter((one) => one.overdue).length;
  if (overdue > 0) {
    output.line(
      style('red', `${entries(overdue)} overdue.`) +
        ' See whether the second look is on (`doctor`), and whether it gave them up (`dead-letters list`).',
    );
  }
  const untold = found.filter((one) => one.untold).length;
  if (untold > 0) {
    output.line(
      `${style('yellow', `${entries(untold)} past the time could not be told.`)} ` +
        'Those in members are looked at with --role; where EC2 could not be asked, the row says why.',
    );
  }
}

function entries(number: number): string {
  return `${number.toLocaleString('en')} ${number === 1 ? 'entry' : 'entries'}`;
}

function untilText(until: number): string {
  const left = until - Date.now();
  return left > 0 ? `in ${formatAge(left)}` : 'now';
}

function iso(moment: number): string {
  return new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z');
}
