import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  ListStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, expect, test } from 'vitest';
import { exampleStack } from '../support/cloudformation/example-stack.ts';
import { stackSetTemplate } from '../support/cloudformation/project-template.ts';
import { environment, credentials } from './setup/environment.ts';
import { projectRoot } from '../../src/local/aws/paths.ts';
import { run } from '../../src/local/aws/run.ts';
import { localAws } from './support/clients.ts';

// StackSets, Organizations and what a member gets, all of moto: MiniStack has no StackSets.

const moto = localAws.ec2;
const regions = ['eu-west-1', 'ap-south-1'] as const;
const Id = v.object({ Id: v.string() });
let unit: string;
let accounts: string[];

/** What `aws organizations` answers. */
async function organizations<const S extends v.GenericSchema>(
  answer: S,
  command: string,
  ...options: string[]
) {
  const { code, stdout, stderr } = await run(
    'aws',
    ['organizations', command, '--output', 'json', ...options],
    {
      env: environment({ aws: moto }),
    },
  );
  if (code !== 0) throw new Error(`aws organizations ${command} ended with ${code}: ${stderr}`);
  return v.parse(answer, stdout === '' ? {} : JSON.parse(stdout));
}

beforeAll(async () => {
  await organizations(v.unknown(), 'create-organization');
  const { Roots } = await organizations(v.object({ Roots: v.tuple([Id]) }), 'list-roots');
  const [{ Id: root }] = Roots;
  const { OrganizationalUnit } = await organizations(
    v.object({ OrganizationalUnit: Id }),
    'create-organizational-unit',
    '--parent-id',
    root,
    '--name',
    'teams',
  );
  unit = OrganizationalUnit.Id;
  accounts = [await makeAccount('search', root), await makeAccount('shop', root)];
});

async function makeAccount(name: string, root: string): Promise<string> {
  const { CreateAccountStatus } = await organizations(
    v.object({ CreateAccountStatus: v.object({ AccountId: v.string() }) }),
    'create-account',
    '--account-name',
    name,
    '--email',
    `${name}@example.com`,
  );
  const { AccountId: id } = CreateAccountStatus;
  await organizations(
    v.unknown(),
    'move-account',
    '--account-id',
    id,
    '--source-parent-id',
    root,
    '--destination-parent-id',
    unit,
  );
  return id;
}

const StackSet = v.object({
  StackSetName: v.string(),
  PermissionModel: v.literal('SERVICE_MANAGED'),
  AutoDeployment: v.object({ Enabled: v.boolean(), RetainStacksOnAccountRemoval: v.boolean() }),
  Capabilities: v.array(v.literal('CAPABILITY_NAMED_IAM')),
  Parameters: v.array(v.object({ ParameterKey: v.string(), ParameterValue: v.string() })),
  StackInstancesGroup: v.tuple([
    v.object({
      DeploymentTargets: v.object({ OrganizationalUnitIds: v.array(v.string()) }),
      Regions: v.array(v.string()),
    }),
  ]),
});

test('The stack set makes each account of a unit a member, with rules in each region and the role in one', async () => {
  const { StackInstancesGroup: group, ...properties } = v.parse(
    StackSet,
    exampleStack(stackSetTemplate, {
      OrganizationId: 'o-a1b2c3d4e5',
      OrganizationalUnitIds: unit,
      Regions: regions.join(),
      HubBusArn: 'arn:aws:events:eu-west-1:999988887777:event-bus/name-tag-enforcer',
      HubLaunchRoleArn: 'arn:aws:iam::999988887777:role/launch',
      HubSecondLookRoleArn: 'arn:aws:iam::999988887777:role/second-look',
    }).resources['Members'],
  );
  const cloudFormation = new CloudFormationClient({ region: 'us-east-1', credentials, endpoint: moto });
  const TemplateBody = await readFile(join(projectRoot, 'organization/member.yaml'), 'utf8');

  await cloudFormation.send(new CreateStackSetCommand({ ...properties, TemplateBody }));
  const { StackSetName } = properties;
  await cloudFormation.send(new CreateStackInstancesCommand({ StackSetName, ...group[0] }));

  const { Summaries = [] } = await cloudFormation.send(new ListStackInstancesCommand({ StackSetName }));
  expect(Summaries.map(({ Account, Region }) => `${Account} ${Region}`).toSorted()).toEqual(
    accounts.flatMap((account) => regions.map((region) => `${account} ${region}`)).toSorted(),
  );
  for (const account of accounts) {
    const settings = { credentials: { ...credentials, accessKeyId: account }, endpoint: moto };
    const iam = new IAMClient({ region: 'us-east-1', ...settings });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'name-tag-enforcer-member' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(
      'arn:aws:iam::999988887777:role/launch',
    );
    for (const region of regions) {
      const { Rules = [] } = await new EventBridgeClient({ region, ...settings }).send(
        new ListRulesCommand({}),
      );
      expect(Rules.map(({ Description }) => Description)).toHaveLength(2);
    }
  }
});
