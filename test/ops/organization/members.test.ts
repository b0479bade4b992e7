import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readMembers } from '../../../src/ops/organization/members.ts';
import { mockClient } from '../../support/mock-client.ts';

const cloudFormation = mockClient(CloudFormationClient);
const connection = { region: 'eu-west-1' };
const asked = () => cloudFormation.commandCalls(ListStackInstancesCommand).map(({ args }) => args[0].input);
const [one, other] = ['111122223333', '444455556666'];

beforeEach(() => cloudFormation.reset());

const notSeen = (name: string) => Object.assign(new Error('no stack set of yours'), { name });

test('a command is about the stack alone, unless it is said to be of the organization', async () => {
  expect(await readMembers({}, connection)).toBeUndefined();
  expect(asked()).toEqual([]);
  await expect(readMembers({ members: 'members.txt' }, connection)).rejects.toThrow('--organization');
  await expect(readMembers({ stackSet: 'members' }, connection)).rejects.toThrow('--organization');
  await expect(readMembers({ role: 'SecurityAudit' }, connection)).rejects.toThrow(
    'Expected --role together',
  );
});

describe('The members of a stack set', () => {
  test('are all of its stacks, page by page, in order, with what it tells of each', async () => {
    cloudFormation
      .on(ListStackInstancesCommand)
      .resolvesOnce({
        NextToken: 'more',
        Summaries: [{ Account: other, Region: 'eu-west-1', Status: 'CURRENT' }],
      })
      .resolves({
        Summaries: [
          { Account: one, Region: 'us-east-1', Status: 'OUTDATED', StatusReason: 'region is off' },
          { Account: one, Region: 'eu-west-1', Status: 'CURRENT' },
        ],
      });

    expect(await readMembers({ organization: true }, connection)).toEqual([
      { account: one, region: 'eu-west-1', deployment: { status: 'CURRENT' } },
      { account: one, region: 'us-east-1', deployment: { status: 'OUTDATED', reason: 'region is off' } },
      { account: other, region: 'eu-west-1', deployment: { status: 'CURRENT' } },
    ]);
    expect(asked()).toMatchObject([
      { StackSetName: 'name-tag-enforcer-members', CallAs: 'SELF', MaxResults: 100 },
      { NextToken: 'more' },
    ]);
  });

  test('are found by a delegated administrator, who does not see the stack set otherwise', async () => {
    cloudFormation
      .on(ListStackInstancesCommand, { CallAs: 'SELF' })
      .rejects(notSeen('StackSetNotFoundException'))
      .on(ListStackInstancesCommand, { CallAs: 'DELEGATED_ADMIN' })
      .resolves({ Summaries: [{ Account: one, Region: 'eu-west-1', Status: 'CURRENT' }] });

    const members = await readMembers({ organization: true, stackSet: 'ours' }, connection);

    expect(members?.map(({ account }) => account)).toEqual([one]);
    expect(asked().map(({ StackSetName }) => StackSetName)).toEqual(['ours', 'ours']);
  });

  test('cannot be told where nobody sees the stack set, and the error says by which file to name them', async () => {
    cloudFormation
      .on(ListStackInstancesCommand, { CallAs: 'SELF' })
      .rejects(notSeen('StackSetNotFoundException'))
      .on(ListStackInstancesCommand, { CallAs: 'DELEGATED_ADMIN' })
      .rejects(notSeen('ValidationError'));

    await expect(readMembers({ organization: true }, connection)).rejects.toThrow(
      /no stack set `name-tag-enforcer-members`.*\(ValidationError: no stack set of yours\).*ListDelegatedAdministrators.*--members/,
    );
  });

  test('are not said to be none when CloudFormation refuses', async () => {
    cloudFormation.on(ListStackInstancesCommand).rejects(notSeen('AccessDenied'));

    await expect(readMembers({ organization: true }, connection)).rejects.toThrow('no stack set of yours');
  });

  test('are at least one', async () => {
    cloudFormation.on(ListStackInstancesCommand).resolves({});

    await expect(readMembers({ organization: true }, connection)).rejects.toThrow(
      'Found no member in name-tag-enforcer-members',
    );
  });
});

async function fileOf(content: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'members-')), 'members.txt');
  await writeFile(file, content);
  return file;
}

describe('The members of a file', () => {
  test('are its lines, each once and in order; empty lines and remarks are none', async () => {
    const file = await fileOf(
      `# ours\n${other}\teu-west-1\r\n\n${one},us-gov-west-1\n${one} eu-west-1\n${one} eu-west-1`,
    );

    expect(await readMembers({ organization: true, members: file }, connection)).toEqual([
      { account: one, region: 'eu-west-1', deployment: undefined },
      { account: one, region: 'us-gov-west-1', deployment: undefined },
      { account: other, region: 'eu-west-1', deployment: undefined },
    ]);
    expect(asked()).toEqual([]);
  });

  test.each(['11112222333 eu-west-1', one, `${one} Ireland`, `${one} eu-west-1 teams`])(
    'names no other line than of an account and a region: %s',
    async (line) => {
      const file = await fileOf(`${other} eu-west-1\n${line}\n`);

      await expect(readMembers({ organization: true, members: file }, connection)).rejects.toThrow(
        `Expected line 2 of ${file} to be an account and a region`,
      );
    },
  );

  test('are those of the accounts and regions asked for, each of which has a member', async () => {
    const file = await fileOf(`${one} eu-west-1\n${one} us-east-1\n${other} us-east-1\n`);
    const options = { organization: true, members: file };

    expect(
      await readMembers({ ...options, account: [one], regions: 'us-east-1, eu-west-1' }, connection),
    ).toMatchObject([{ region: 'eu-west-1' }, { region: 'us-east-1' }]);
    await expect(readMembers({ ...options, account: ['999988887777'] }, connection)).rejects.toThrow(
      'found 999988887777',
    );
    await expect(readMembers({ ...options, regions: 'Ireland' }, connection)).rejects.toThrow(
      'found "Ireland"',
    );
  });

  test('are beside those of the stack set where both are named', async () => {
    cloudFormation.on(ListStackInstancesCommand).resolves({
      Summaries: [{ Account: other, Region: 'eu-west-1', Status: 'CURRENT' }],
    });
    const file = await fileOf(`${one} eu-west-1\n${other} eu-west-1\n`);

    expect(
      await readMembers({ organization: true, members: file, stackSet: 'ours' }, connection),
    ).toMatchObject([
      { account: one, deployment: undefined },
      { account: other, deployment: { status: 'CURRENT' } },
    ]);
  });

  test('can be read', async () => {
    await expect(readMembers({ organization: true, members: '/no/such/file' }, connection)).rejects.toThrow(
      'Expected --members to be a file that can be read, found ENOENT',
    );
  });
});
