import { pMapIterable } from 'p-map';
import type { Connection } from '../aws/connection.ts';
import type { S3Objects } from '../aws/s3-objects.ts';
import { counted } from '../counted.ts';
import { OpsError } from '../errors.ts';
import type { Member } from '../organization/members.ts';
import type { LogFile } from './log-file.ts';
import { s3LogFiles } from './s3-log-files.ts';

/** Which files of an organization's trail are wanted. */
export interface OrganizationTrail {
  readonly bucket: string;
  /** What the keys of the organization begin with: `[prefix/]AWSLogs/o-a1b2c3d4e5/`. */
  readonly prefix: string;
  readonly members: readonly Member[];
  /** Launches from this moment on, in epoch milliseconds. */
  readonly since: number;
  /** Launches before this moment, in epoch milliseconds; without it until now. */
  readonly until: number | undefined;
}

/** Members whose keys are listed before their turn: at most a page of 1,000 keys each is held. */
const LISTED = 8;

/**
 * The days in a key are those of delivery, which comes minutes after the call, and with no guarantee:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */
const LATEST_DELIVERY = 24 * 60 * 60 * 1000;

/**
 * The log files of the members, one member after the other, each one's by time. Keys of other accounts, regions and days
 * are not listed, up to the rest of a page.
 *
 * @param withoutFiles is given the members that have no log file
 * @throws OpsError when none has one
 */
export async function* organizationLogFiles(
  trail: OrganizationTrail,
  connection: Connection,
  withoutFiles: Member[],
): AsyncGenerator<LogFile, void> {
  const { bucket, prefix, members, since } = trail;
  yield* s3LogFiles(bucket, (objects) => keysOfAll(trail, objects, withoutFiles), connection);
  if (withoutFiles.length < members.length) return;
  throw new OpsError(
    `Expected log files of ${counted(members.length, 'member')} under \`s3://${bucket}/${prefix}\` from ` +
      `${dayOf(since)} on, found none. See whether bucket and prefix are those of the organization's trail.`,
  );
}

async function* keysOfAll(
  trail: OrganizationTrail,
  objects: S3Objects,
  withoutFiles: Member[],
): AsyncGenerator<string, void> {
  const begin = async (member: Member) => {
    const keys = keysOf(member, trail, objects);
    return { member, first: await keys.next(), others: keys };
  };
  for await (const { member, first, others } of pMapIterable(trail.members, begin, { concurrency: LISTED })) {
    if (first.done === true) withoutFiles.push(member);
    else {
      yield first.value;
      yield* others;
    }
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
async function* keysOf(
  { account, region }: Member,
  { prefix, since, until }: OrganizationTrail,
  objects: S3Objects,
): AsyncGenerator<string, void> {
  const folder = `${prefix}${account}/CloudTrail/${region}/`;
  // The last launch that is wanted is of the moment before.
  const lastDay = until === undefined ? undefined : dayOf(until - 1 + LATEST_DELIVERY);
  for await (const key of objects.list(folder, `${folder}${dayOf(since)}`)) {
    const day = key.slice(folder.length, folder.length + 'YYYY/MM/DD'.length);
    if (lastDay !== undefined && day > lastDay) return;
    yield key;
  }
}

/** As keys have it: `2026/03/01`, in UTC. */
function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10).replaceAll('-', '/');
}
