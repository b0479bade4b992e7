import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { OpsError } from '../errors.ts';
import { parseExemptTagKeys } from '../exempt-tag-keys.ts';
import { organizationOf } from '../hub-parts.ts';
import { readMembers, type Member } from '../organization/members.ts';
import type { LogFile } from './log-file.ts';
import { logFiles } from './log-files.ts';
import type { MembersRead } from './members-read.ts';
import { organizationLogFiles } from './organization-trail.ts';
import { parseS3Address, type S3Address } from './s3-log-files.ts';

/** What the command line says of where launches are, and of what is exempt. */
export interface SourceOptions {
  readonly organization: boolean;
  readonly regions?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly exempt?: string | undefined;
}

/** What a replay reads. */
export interface ReplaySource {
  readonly files: AsyncIterable<LogFile>;
  readonly exemptTagKeys: ReadonlySet<string>;
  /** Whose files they are; undefined when they are not of an organization. */
  readonly read: MembersRead | undefined;
}

/**
 * @param command with sources as arguments, and with `addOrganizationOptions`
 * @throws OpsError when the options do not fit each other, or there is no such hub or member
 */
export async function openSource(
  command: Command,
  options: SourceOptions,
  context: CommandContext,
): Promise<ReplaySource> {
  const { args: sources } = command;
  const { connection } = context;
  const { organization, regions, since, until, exempt } = options;
  if (!organization) {
    // Refuses options that make sense for an organization alone.
    await readMembers(command.optsWithGlobals(), connection);
    if (regions !== undefined)
      throw new OpsError('Expected --regions together with --organization, found it alone.');
    return {
      files: logFiles(sources, connection),
      exemptTagKeys: parseExemptTagKeys(exempt ?? ''),
      read: undefined,
    };
  }
  const { bucket, prefix } = readTrailAddress(sources);
  if (since === undefined) {
    throw new OpsError(
      'Expected --organization together with --since, since the log files of all time are many: for example --since 30d.',
    );
  }
  const members = (await readMembers(command.opts(), connection)) ?? [];
  const hub = await context.stack();
  const prefixOfAll = `${prefix}AWSLogs/${organizationOf(hub)}/`;
  const { ExemptTagKeys: exemptByHub = '' } = hub.parameters;
  const withoutFiles: Member[] = [];
  const trail = { bucket, prefix: prefixOfAll, members, since, until };
  return {
    files: organizationLogFiles(trail, connection, withoutFiles),
    exemptTagKeys: parseExemptTagKeys(exempt ?? exemptByHub),
    read: { members, withoutFiles },
  };
}

/** The bucket of an organization's trail, and the trail's own prefix with the slash behind it, or nothing. */
function readTrailAddress(sources: readonly string[]): S3Address {
  const [source = '', ...others] = sources;
  const address = others.length === 0 ? parseS3Address(source) : undefined;
  if (address === undefined || /(^|\/)AWSLogs(\/|$)/.test(address.prefix)) {
    throw new OpsError(
      "Expected with --organization one s3://bucket, or s3://bucket/prefix with the trail's prefix, which ends before " +
        `AWSLogs; found \`${sources.join(' ')}\`.`,
    );
  }
  const prefix = address.prefix.replace(/\/$/, '');
  return { bucket: address.bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}
