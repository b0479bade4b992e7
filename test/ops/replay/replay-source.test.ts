import { Command } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCommandContext } from '../../../src/ops/command-context.ts';
import { addOrganizationOptions } from '../../../src/ops/organization/members.ts';
import { openSource, type ReplaySource, type SourceOptions } from '../../../src/ops/replay/replay-source.ts';
import { stackWith } from '../../support/ops-stack.ts';

let folder: string;
let members: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
  members = join(folder, 'members.txt');
  await writeFile(members, '111122223333 eu-west-1\n444455556666 eu-west-1\n');
});
afterAll(async () => rm(folder, { recursive: true }));

const hub = { OrganizationId: 'o-a1b2c3d4e5', ExemptTagKeys: 'Owner, team' };

async function open(
  args: readonly string[],
  options: Partial<SourceOptions>,
  parameters: Readonly<Record<string, string>> = hub,
): Promise<ReplaySource> {
  const command = addOrganizationOptions(new Command().argument('<source...>')).exitOverride();
  command.parse(args, { from: 'user' });
  const stack = async () => stackWith({}, parameters);
  const context = { ...createCommandContext({ stack: 'enforcer' }), stack };
  return openSource(command, { organization: args.includes('--organization'), ...options }, context);
}

const ofAll = (source: string) => [source, '--organization', '--members', members];
const since = Date.parse('2026-03-01');

test.each([
  ['of the hub', hub, undefined, ['Owner', 'team']],
  ['of none, where the hub exempts none', { OrganizationId: 'o-a1b2c3d4e5' }, undefined, []],
  ['of the command line', hub, 'purpose', ['purpose']],
])('An organization is judged by the exempt tag keys %s', async (_, parameters, exempt, expected) => {
  const { exemptTagKeys, read } = await open(ofAll('s3://trail'), { since, exempt }, parameters);

  expect([...exemptTagKeys]).toEqual(expected);
  expect(read?.members.map(({ account }) => account)).toEqual(['111122223333', '444455556666']);
});

test('Without --organization nobody is asked for a stack or for members, and nothing is exempt by itself', async () => {
  const { exemptTagKeys, read } = await open(['./logs', './more'], {});

  expect([...exemptTagKeys]).toEqual([]);
  expect(read).toBeUndefined();
});

const onlyOne = 'Expected with --organization one s3://bucket, or s3://bucket/prefix';
test.each<[string, () => string[], Partial<SourceOptions>, string]>([
  ['no --since', () => ofAll('s3://trail'), {}, 'for example --since 30d'],
  [
    'a folder',
    () => ofAll('./logs'),
    { since },
    `${onlyOne} with the trail's prefix, which ends before AWSLogs; found`,
  ],
  ['two sources', () => ['s3://logs', ...ofAll('s3://trail')], { since }, 'found `s3://logs s3://trail`.'],
  ['too long a prefix', () => ofAll('s3://trail/x/AWSLogs/o-a1b2c3d4e5/'), { since }, onlyOne],
  ['regions of no organization', () => ['./logs'], { regions: 'eu-west-1' }, 'together with --organization'],
  ['members of no organization', () => ['./logs', '--members', members], {}, 'together with --organization'],
])('%s is a mistake that is told before a bucket is asked for', async (_, args, options, expected) => {
  await expect(open(args(), options)).rejects.toThrow(expected);
});

test('A stack that is no hub is a mistake', async () => {
  await expect(open(ofAll('s3://trail'), { since }, { OrganizationId: '' })).rejects.toThrow(
    'Expected the stack `enforcer` to be the hub of an organization, found its OrganizationId empty.',
  );
});
