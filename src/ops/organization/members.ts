import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import * as v from 'valibot';
import { regionName } from '../../enforcer/region-name.ts';
import type { Connection } from '../aws/connection.ts';
import type { StackInstance } from '../aws/stack-set.ts';
import { OpsError } from '../errors.ts';
import { placeKey } from '../place.ts';
import { parseRegions } from '../parse-regions.ts';
import { chooseMembers } from './choose-members.ts';

/** The name that docs/organization.md gives it. */
const defaultStackSet = 'name-tag-enforcer-members';

const OrganizationOptions = v.object({
  organization: v.optional(v.boolean(), false),
  stackSet: v.optional(v.string()),
  members: v.optional(v.string()),
  account: v.optional(v.array(v.string())),
  regions: v.optional(v.string()),
  role: v.optional(v.string()),
});

/** An account and region whose launches the hub settles. */
export interface Member {
  readonly account: string;
  readonly region: string;
  /** What its stack set tells of its stack; undefined for a member that a file names. */
  readonly deployment: Pick<StackInstance, 'status' | 'reason'> | undefined;
}

/** Adds the options of a command that can be about all members of an organization. */
export function addOrganizationOptions(command: Command): Command {
  return command
    .option('--organization', 'of every account and region that is a member of the hub')
    .option('--stack-set <name>', `stack set that makes the members (default: "${defaultStackSet}")`)
    .option(
      '--members <file>',
      'lines of account and region, instead of the stack set, or with --stack-set beside it; - for standard input',
    );
}

/**
 * The members that a command is about, in order, each once: all, or those of `--account` and `--regions`. Undefined when it
 * is about the stack alone.
 *
 * @param options of a command with `addOrganizationOptions`, and of the program
 * @throws OpsError when they cannot be told, or there are none
 */
export async function readMembers(
  options: unknown,
  connection: Connection,
): Promise<readonly Member[] | undefined> {
  const {
    organization,
    stackSet,
    members: file,
    account,
    regions,
    role,
  } = v.parse(OrganizationOptions, options);
  if (!organization) {
    const alone = Object.entries({ '--stack-set': stackSet, '--members': file, '--role': role }).find(
      ([, value]) => value !== undefined,
    );
    if (alone === undefined) return undefined;
    throw new OpsError(`Expected ${alone[0]} together with --organization, found it alone.`);
  }
  const members = [
    ...(file === undefined ? [] : await ofFile(file)),
    // Last: what the stack set tells of a member that the file names too is kept.
    ...(file === undefined || stackSet !== undefined ? await ofStackSet(connection, stackSet) : []),
  ];
  if (members.length === 0) throw new OpsError(`Found no member in ${file ?? stackSet ?? defaultStackSet}.`);
  return chooseMembers(inOrder(members), account, regions === undefined ? undefined : parseRegions(regions));
}

async function ofStackSet(connection: Connection, name = defaultStackSet): Promise<Member[]> {
  const { readStackInstances } = await import('../aws/stack-set.ts');
  const seen = await readStackInstances(connection, name);
  if (seen.kind === 'seen')
    return seen.instances.map(({ account, region, ...deployment }) => ({ account, region, deployment }));
  throw new OpsError(
    `You see no stack set \`${name}\` in this account and region (${seen.detail}). Give its name with --stack-set. ` +
      'A delegated administrator needs organizations:ListDelegatedAdministrators as well (docs/iam/organization.json). ' +
      'Or let whoever has it write a file for --members: docs/ops.md, "The members of an organization".',
  );
}

async function ofFile(file: string): Promise<Member[]> {
  const content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8').catch(unreadable);
  return content.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [account = '', region = '', ...others] = trimmed.split(/[\s,]+/);
    if (/^\d{12}$/.test(account) && regionName.test(region) && others.length === 0)
      return [{ account, region, deployment: undefined }];
    throw new OpsError(
      `Expected line ${index + 1} of ${file} to be an account and a region, such as \`111122223333 eu-west-1\`, ` +
        `found ${JSON.stringify(trimmed.slice(0, 80))}.`,
    );
  });
}

function unreadable(error: unknown): never {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  throw new OpsError(`Expected --members to be a file that can be read, found ${error.message}.`, {
    cause: error,
  });
}

function inOrder(members: readonly Member[]): Member[] {
  const byPlace = new Map(members.map((member) => [placeKey(member), member]));
  return [...byPlace].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, member]) => member);
}
