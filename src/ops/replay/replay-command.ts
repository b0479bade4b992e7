import { setFlagsFromString } from 'node:v8';
import { InvalidArgumentError, Option, type Command } from 'commander';
import * as v from 'valibot';
import type { CommandContext } from '../command-context.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import { OpsError } from '../errors.ts';
import { readMoment } from '../moment.ts';
import { addOrganizationOptions } from '../organization/members.ts';
import { addReportOptions, readReportFile, writeReport } from '../report/report-file.ts';
import { verdicts } from './judge-record.ts';
import { LaunchFilter } from './launch-filter.ts';
import { describeWithoutFiles } from './members-read.ts';
import { printReplay } from './print-replay.ts';
import { replay } from './replay.ts';
import { replayReport } from './replay-report.ts';
import { openSource } from './replay-source.ts';
import { effortSince, printTotals, totalsDocument } from './totals-report.ts';

const Options = v.object({
  exempt: v.optional(v.string()),
  only: v.optional(v.picklist(verdicts)),
  totalsOnly: v.optional(v.boolean(), false),
  since: v.optional(v.number()),
  until: v.optional(v.number()),
  account: v.optional(v.array(v.string())),
  launcher: v.optional(v.array(v.string())),
  organization: v.optional(v.boolean(), false),
  regions: v.optional(v.string()),
});

/** `replay`: what would it have done? */
export function replayCommand(): Command {
  const command = opsCommand('replay')
    .argument('<source...>', 'log files (.json or .json.gz), folders of them, or s3://bucket/prefix')
    .option(
      '--exempt <keys>',
      "tag keys that exempt an instance, separated by commas (default: none; with --organization the hub's)",
    )
    .option(
      '--since <time>',
      'launches from this time on: 2026-03-01T09:00:00Z, 2026-03-01 or 7d',
      readMoment,
    )
    .option('--until <time>', 'launches before this time', readMoment)
    .option('--account <id>', 'launches in this account; for several, give it several times', addAccount)
    .option('--launcher <launcher>', 'by this launcher: ARN, role or short name; as often', addLauncher)
    .addOption(new Option('--only <verdict>', 'print only the launches with this verdict').choices(verdicts))
    .option('--totals-only', 'print the totals and no launches, as with --format html')
    .option('--regions <regions>', 'with --organization: in these regions, separated by commas')
    .addHelpText('after', help)
    .action(withContext(run));
  return addReportOptions(addOrganizationOptions(command), ['table', 'html']);
}

const help = `
Every RunInstances record is judged by its launch tags, by the enforcer's own code:
  terminate  it would have read the live tags, and terminated what was still nameless
  spare      it would have done nothing, without a call to EC2
  unknown    CloudTrail left the instances out; it would have looked for them in EC2
  ignore     the call failed or was a dry run: nothing was started

Of a launcher, the ARN of a role stands for all of its sessions, and lena for any user/lena. Launches that --since,
--until, --account or --launcher leave out are not counted at all.

With --organization, the source is the bucket of the organization's trail, with the trail's prefix if it has one, and
--since is needed. What is not of the members, --account, --regions and the days wanted is not even listed.

Local files need no credentials, and nothing is sent. Of S3, objects are listed and read.
With --json, each line is one JSON object. Its \`kind\` is launch, damaged or, in the last line, totals.

Exit codes:
  0  every record was read, whatever the verdicts
  1  a damaged file or record was named and skipped; the totals are those of all others
  2  could not tell: wrong usage, no such file or bucket, no log file in it, denied, no credentials,
     or no launch is of what was asked for

Examples:
  $ npm run ops -- replay s3://trail-bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/ --totals-only
  $ npm run ops -- replay ./logs --only terminate --exempt aws:autoscaling:groupName
  $ npm run ops -- replay ./logs --since 2026-03-01 --until 2026-04-01 --account 111122223333 --launcher deploy
  $ npm run ops -- replay ./logs --since 90d --format html --output replay.html
  $ npm run ops -- replay s3://trail-bucket --organization --since 30d --totals-only`;

function addAccount(id: string, others: readonly string[] = []): readonly string[] {
  if (/^\d{12}$/.test(id)) return [...others, id];
  throw new InvalidArgumentError('Expected the 12 digits of an account.');
}

function addLauncher(launcher: string, others: readonly string[] = []): readonly string[] {
  if (launcher.trim() !== '') return [...others, launcher];
  throw new InvalidArgumentError('Expected an ARN, or the name of a user or role.');
}

async function run(context: CommandContext, command: Command): Promise<CommandResult> {
  const { output } = context;
  const started = performance.now();
  // Every record is garbage as soon as it is judged. V8 would let that grow with the machine's memory.
  setFlagsFromString('--semi-space-growth-factor=1');
  const options = v.parse(Options, command.opts());
  const { only, totalsOnly, since = -Infinity, until = Infinity } = options;
  if (since >= until) {
    const [from, to] = [since, until].map((moment) => new Date(moment).toISOString());
    throw new OpsError(`Expected --since to be before --until, found ${from} and ${to}.`);
  }
  const reportFile = await readReportFile(command.opts(), output);
  const { files, exemptTagKeys, read } = await openSource(command, options, context);
  const filter = new LaunchFilter(options);
  const printer = printReplay(output, started, {
    only,
    totalsOnly: totalsOnly || reportFile !== undefined,
  });
  try {
    const totals = await replay(files, { exemptTagKeys, filter }, printer);
    await printer.end();
    const effort = effortSince(started, totals.records);
    if (output.json) output.programLines([JSON.stringify(totalsDocument(totals, effort, read))]);
    else printTotals(output, totals, effort);
    const missing = read && describeWithoutFiles(read);
    if (missing !== undefined && !output.json) output.note(missing);
    const problem = filter.problem();
    if (problem !== undefined) throw new OpsError(problem);
    if (reportFile !== undefined) {
      const regions = options.regions === undefined ? [] : [`--regions ${options.regions}`];
      const chosenBy = [...regions, filter.toString()].join(' ').trim();
      await writeReport(reportFile, replayReport(totals, chosenBy, missing), output);
    }
    return totals.damagedFiles + totals.damagedRecords === 0 ? 'fine' : 'found';
  } finally {
    printer.stop();
  }
}
