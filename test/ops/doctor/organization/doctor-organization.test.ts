import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, test } from 'vitest';
import { createCommandContext } from '../../../../src/ops/command-context.ts';
import { doctorCommand } from '../../../../src/ops/doctor/doctor-command.ts';
import { membersToLookAt } from '../../../../src/ops/doctor/organization/doctor-organization.ts';
import { OpsError } from '../../../../src/ops/errors.ts';
import { mockClient } from '../../../support/mock-client.ts';
import { hubOutputs, hubParameters, secondLookOutputs, stackWith } from '../../../support/ops-stack.ts';

const cloudFormation = mockClient(CloudFormationClient);
const hub = stackWith({ ...secondLookOutputs, ...hubOutputs }, hubParameters);
const members = ['111122223333', '444455556666'].map((account) => ({
  account,
  region: 'eu-west-1',
  deployment: { status: 'CURRENT' },
}));

beforeEach(() => {
  cloudFormation.reset();
  cloudFormation.on(ListStackInstancesCommand).resolves({
    Summaries: members.map(({ account: Account, region: Region }) => ({
      Account,
      Region,
      Status: 'CURRENT',
    })),
  });
});

/** What `doctor` with these arguments is to look at. */
async function lookAt(args: readonly string[], stack = hub) {
  const command = doctorCommand();
  command.parseOptions([...args]);
  const context = createCommandContext({ region: 'eu-west-1', stack: 'enforcer' });
  return membersToLookAt({ ...context, stack: async () => stack }, command);
}

describe('doctor looks at', () => {
  test('the stack alone, without --organization, and asks nobody for members', async () => {
    expect(await lookAt([])).toBeUndefined();
    expect(cloudFormation.calls()).toEqual([]);
  });

  test('all members with it', async () => {
    expect(await lookAt(['--organization', '--all'])).toMatchObject({ members, areAll: true });
  });

  test.each([
    ['--account', '444455556666', 1],
    ['--regions', 'eu-west-1', 2],
  ])('some of them with %s, which it knows not to be all', async (option, value, number) => {
    const chosen = await lookAt(['--organization', option, value]);

    expect(chosen).toMatchObject({ members: members.slice(-number), areAll: false });
  });
});

describe('doctor refuses', () => {
  test.each([
    ['--account alone', ['--account', '444455556666'], /together with --organization/],
    ['--all alone', ['--all'], /together with --organization/],
    ['--watch with --organization', ['--organization', '--watch'], /without --watch/],
    ['an account of no member', ['--organization', '--account', '999988887777'], /found 999988887777/],
  ])('%s', async (_, args, message) => {
    const looking = lookAt(args);

    await expect(looking).rejects.toThrow(OpsError);
    await expect(looking).rejects.toThrow(message);
  });

  test('--organization of a stack that is no hub, before it asks for members', async () => {
    await expect(lookAt(['--organization'], stackWith(secondLookOutputs))).rejects.toThrow(
      'to be the hub of an organization',
    );
    expect(cloudFormation.calls()).toEqual([]);
  });
});
