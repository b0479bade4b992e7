import { Option, type Command } from 'commander';
import * as v from 'valibot';
import type { CommandContext } from '../command-context.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import { OpsError } from '../errors.ts';
import { parseExemptTagKeys } from '../exempt-tag-keys.ts';
import { addOrganizationOptions, readMembers } from '../organization/members.ts';
import { startProgress } from '../progress.ts';
import { addReportOptions, readReportFile, writeReport } from '../report/report-file.ts';
import { formats, printAudit } from './audit-output.ts';
import { auditPlaces } from './audit-places.ts';
import { auditReport } from './audit-report.ts';
import { choosePlaces } from './choose-places.ts';
import { problemLines } from './places.ts';
import { checkPlaces, send } from './send.ts';

const Options = v.object({
  regions: v.optional(v.string()),
  allRegions: v.optional(v.boolean(), false),
  account: v.optional(v.array(v.string())),
  exempt: v.optional(v.string()),
  stopped: v.optional(v.boolean(), false),
  instance: v.optional(v.array(v.string())),
  send: v.optional(v.boolean(), false),
  yes: v.optional(v.boolean(), false),
  cloudtrail: v.boolean(),
  format: v.optional(v.picklist(formats), 'table'),
});
type Options = v.InferOutput<typeof Options>;

/** `audit`: what runs nameless now? */
export function auditCommand(): Command {
  const command = opsCommand('audit')
    .addOption(
      new Option(
        '--regions <regions>',
        'regions to look at, separated by commas (default: that of --region; with --organization: all)',
      ),
    )
    .addOption(
      new Option('--all-regions', 'look at every region enabled for the account').conflicts([
        'regions',
        'organization',
      ]),
    )
    .option('--account <id...>', 'with --organization: these accounts alone')
    .option('--exempt <keys>', "tag keys that exempt an instance, instead of the stack's own; '' for none")
    .option('--stopped', 'look at stopped instances too')
    .option('--instance <id...>', 'these alone')
    .option('--send', 'show what it would mean to have the enforcer judge what is found')
    .option('--yes', 'with --send: do it')
    .option('--no-cloudtrail', 'tell launchers from tags alone, without asking CloudTrail')
    .addHelpText('after', help)
    .action(withContext(run));
  return addReportOptions(addOrganizationOptions(command), formats);
}

const help = `
Looks at pending and running instances. Nothing is changed, and the enforcer does not terminate what is found here:
it looks at launches. With --send --yes it is put on the stack's second-look queue: the enforcer judges it by its live
tags once the stack's GracePeriodMinutes are over, and terminates what has no name then. Who launched an instance is told from its tags, or else from CloudTrail's event history, which
goes back 90 days and takes two questions a second.

Exit codes:
  0  every instance is named or exempt; with --send --yes: what was found was sent
  1  nameless instances were found
  2  could not tell: an account or region could not be read (it is named, the others are shown, nothing is sent), wrong
     usage, no credentials

Examples:
  $ npm run --silent ops -- audit --all-regions --format csv > nameless.csv
  $ npm run ops -- audit --all-regions --format html --output nameless.html
  $ npm run ops -- audit --organization --role SecurityAudit --format html --output nameless.html
  $ npm run ops -- audit --regions eu-west-1,us-east-1 --exempt aws:autoscaling:groupName
  $ npm run ops -- audit --send --instance i-0123456789abcdef0 --yes`;

async function run(context: CommandContext, command: Command): Promise<CommandResult> {
  const { connection, output } = context;
  const options = v.parse(Options, command.opts());
  if (options.yes && !options.send)
    throw new OpsError('Expected --yes together with --send, found it alone.');
  const reportFile = await readReportFile(command.opts(), output);
  const exemptTagKeys = await readExemptTagKeys(options, context);
  const members = await readMembers(command.optsWithGlobals(), connection);
  const places = await choosePlaces(members, options, context);
  const stack = options.send ? await context.stack() : undefined;
  if (stack !== undefined) checkPlaces(stack, places);

  const what = members === undefined ? 'regions' : 'accounts and regions';
  const progress = startProgress(`{bar} {value}/{total} ${what}`, process.stderr.isTTY, places.length);
  const audit = await auditPlaces(
    places,
    {
      exemptTagKeys,
      states: options.stopped ? ['pending', 'running', 'stopping', 'stopped'] : ['pending', 'running'],
      asksCloudTrail: options.cloudtrail,
      onlyThese: options.instance && new Set(options.instance),
    },
    (done) => progress.update(done),
  ).finally(() => progress.stop());

  const nameless = audit.places.flatMap((place) => place.nameless);
  for (const id of options.instance ?? []) {
    if (!nameless.some(({ instanceId }) => instanceId === id))
      output.note(
        `${id} is not among them: it is named or exempt, in another state, account or region, or not there.`,
      );
  }
  const sending =
    stack === undefined || audit.unread.length > 0
      ? undefined
      : await send(nameless, stack, options.yes, context);
  printAudit(output, output.json ? 'json' : options.format, audit, sending);
  if (reportFile !== undefined) await writeReport(reportFile, auditReport(audit, sending), output);
  if (audit.unread.length > 0) {
    const problems = problemLines(audit.unread).map((line) => `\n  ${line}`);
    const notSent = options.send ? ', and nothing was sent' : '';
    throw new OpsError(
      `Could not read ${audit.unread.length} of ${places.length} ${what}, so there may be more${notSent}:${problems.join('')}`,
    );
  }
  return nameless.length === 0 || sending?.sent === true ? 'fine' : 'found';
}

async function readExemptTagKeys({ exempt }: Options, context: CommandContext): Promise<ReadonlySet<string>> {
  if (exempt !== undefined) return parseExemptTagKeys(exempt);
  try {
    const { parameters } = await context.stack();
    return parseExemptTagKeys(parameters['ExemptTagKeys'] ?? '');
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    const advice =
      "To audit without a stack, say which tag keys are exempt with --exempt, or --exempt '' for none.";
    throw new OpsError(`${error.message} ${advice}`, { cause: error });
  }
}
