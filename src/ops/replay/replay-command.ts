import { setFlagsFromString } from 'node:v8';
import { Option, type Command } from 'commander';
import * as v from 'valibot';
import type { CommandContext } from '../command-context.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import { parseExemptTagKeys } from '../exempt-tag-keys.ts';
import { verdicts } from './judge-record.ts';
import { logFiles } from './log-files.ts';
import { printReplay } from './print-replay.ts';
import { replay } from './replay.ts';
import { effortSince, printTotals, totalsDocument } from './totals-report.ts';

const Options = v.object({
  exempt: v.optional(v.string(), ''),
  only: v.optional(v.picklist(verdicts)),
  totalsOnly: v.optional(v.boolean(), false),
});

/** `replay`: what would it have done? */
export function replayCommand(): Command {
  return opsCommand('replay')
    .argument('<source...>', 'log files (.json or .json.gz), folders of them, or s3://bucket/prefix')
    .option('--exempt <keys>', 'tag keys that exempt an instance, separated by commas (default: none)')
    .addOption(new Option('--only <verdict>', 'print only the launches with this verdict').choices(verdicts))
    .option('--totals-only', 'print the totals and no launches')
    .addHelpText('after', help)
    .action(withContext(run));
}

const help = `
Every RunInstances record is judged by its launch tags, by the enforcer's own code:
  terminate  it would have read the live tags, and terminated what was still nameless
  spare      it would have done nothing, without a call to EC2
  unknown    CloudTrail left the instances out; it would have looked for them in EC2
  ignore     the call failed or was a dry run: nothing was started

Local files need no credentials, and nothing is sent. Of S3, objects are listed and read.
With --json, each line is one JSON object. Its \`kind\` is launch, damaged or, in the last line, totals.

Exit codes:
  0  every record was read, whatever the verdicts
  1  a damaged file or record was named and skipped; the totals are those of all others
  2  could not tell: wrong usage, no such file or bucket, no log file in it, denied, no credentials

Examples:
  $ npm run ops -- replay s3://trail-bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/ --totals-only
  $ npm run ops -- replay ./logs --only terminate --exempt aws:autoscaling:groupName`;

async function run({ connection, output }: CommandContext, command: Command): Promise<CommandResult> {
  const started = performance.now();
  // Every record is garbage as soon as it is judged. V8 would let that grow with the machine's memory.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { exempt, only, totalsOnly } = v.parse(Options, command.opts());
  const printer = printReplay(output, started, { only, totalsOnly });
  try {
    const files = logFiles(command.args, connection);
    const totals = await replay(files, parseExemptTagKeys(exempt), printer);
    await printer.end();
    const effort = effortSince(started, totals.records);
    if (output.json) output.jsonLines([JSON.stringify(totalsDocument(totals, effort))]);
    else printTotals(output, totals, effort);
    return totals.damagedFiles + totals.damagedRecords === 0 ? 'fine' : 'found';
  } finally {
    printer.stop();
  }
}
