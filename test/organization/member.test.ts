import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { at, keys, list, textAt } from '../support/cloudformation/json.ts';
import { policiesOfRole } from '../support/cloudformation/policies-of-role.ts';
import { memberTemplate, template } from '../support/cloudformation/project-template.ts';
import { everyCall } from '../support/iam-actions.ts';
import { isAllowed, tagged } from '../support/iam.ts';

const organization = 'o-a1b2c3d4e5';
const hubAccount = '999988887777';
const bus = `arn:aws:events:${region}:${hubAccount}:event-bus/name-tag-enforcer`;
const launchRole = `arn:aws:iam::${hubAccount}:role/hub-EnforceNameTagRole`;
const secondLookRole = `arn:aws:iam::${hubAccount}:role/hub-SecondLookRole`;
const parameters = {
  OrganizationId: organization,
  HubBusArn: bus,
  HubLaunchRoleArn: launchRole,
  HubSecondLookRoleArn: secondLookRole,
  RoleRegion: region,
};
const elsewhere = { partition: 'aws', region: 'us-east-1', stackName: 'member' };
const hub = exampleStack(template, { OrganizationId: organization });

const instance = (inRegion: string, of = account, partition = 'aws') =>
  `arn:${partition}:ec2:${inRegion}:${of}:instance/i-0123456789abcdef0`;

/** What the example account gets as a member. */
const member = exampleStack(memberTemplate, parameters);

describe('What a member gets', () => {
  test('is rules in every region, and the role in one', () => {
    const inRoleRegion = Object.keys(member.resources);
    const inAnother = Object.keys(exampleStack(memberTemplate, parameters, elsewhere).resources);

    expect(inRoleRegion).toEqual(['Membership', 'LaunchRule', 'StartRule', 'ForwardRole', 'MemberRole']);
    expect(inAnother).toEqual(['Membership', 'LaunchRule', 'StartRule', 'ForwardRole']);
  });

  test('is leave to give names where that is wanted, beside the role and nowhere else', () => {
    const naming = { ...parameters, AllowNaming: 'true' };
    const { NamingPolicy: policy, ...others } = exampleStack(memberTemplate, naming).resources;

    expect(others).toEqual(member.resources);
    expect(at(policy, 'Roles')).toEqual(['MemberRole']);
    expect(exampleStack(memberTemplate, naming, elsewhere).resources).not.toHaveProperty('NamingPolicy');
  });

  test("is no rules where the hub's own rules are, in its account and region; in its other regions it is", () => {
    const own = { ...parameters, HubBusArn: bus.replace(hubAccount, account) };

    expect(Object.keys(exampleStack(memberTemplate, own).resources)).toEqual(['Membership', 'MemberRole']);
    expect(Object.keys(exampleStack(memberTemplate, own, elsewhere).resources)).toContain('LaunchRule');
  });

  test('has the name for the role that the hub looks for', () => {
    expect(memberTemplate.Parameters['RoleName']?.Default).toBe(
      template.Parameters['MemberRoleName']?.Default,
    );
    expect(at(member.resources['MemberRole'], 'RoleName')).toBe('name-tag-enforcer-member');
  });
});

describe("A member's rules", () => {
  test.each(['LaunchRule', 'StartRule'])(
    "send what the hub's own %s takes, of their account alone",
    (rule) => {
      expect(at(member.resources[rule], 'EventPattern')).toEqual(at(hub.resources[rule], 'EventPattern'));
      expect(at(member.resources[rule], 'Targets')).toEqual([
        { Id: 'Hub', Arn: bus, RoleArn: member.arn('ForwardRole') },
      ]);
    },
  );

  test("send with a role that puts events on the hub's bus, and does nothing else", async () => {
    const identityPolicies = policiesOfRole(member, 'ForwardRole');
    const may = async (resource: string) =>
      isAllowed({ action: 'events:PutEvents', resource, identityPolicies });

    expect(await may(bus)).toBe(true);
    expect(await may(`${bus}-2`)).toBe(false);
    expect(await may(`arn:aws:events:${region}:${account}:event-bus/default`)).toBe(false);
    expect(list(at(identityPolicies[0], 'Statement')).map((statement) => at(statement, 'Action'))).toEqual([
      'events:PutEvents',
    ]);
    expect(at(member.resources['ForwardRole'], 'AssumeRolePolicyDocument', 'Statement')).toMatchObject([
      { Principal: { Service: 'events.amazonaws.com' } },
    ]);
  });
});

describe("A member's role", () => {
  const trust = at(member.resources['MemberRole'], 'AssumeRolePolicyDocument');
  const mayCome = async (role: string, organizationOfCaller = organization, action = 'sts:AssumeRole') =>
    isAllowed({
      action,
      resource: member.arn('MemberRole'),
      principal: role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/').concat('/session'),
      resourcePolicy: trust,
      // Its own account lets the caller.
      identityPolicies: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      ],
      context: { 'aws:PrincipalOrgID': organizationOfCaller },
    });

  test.each([
    ['function for launches', launchRole],
    ['function for second looks', secondLookRole],
  ])("is for the hub's %s", async (_, role) => {
    expect(await mayCome(role)).toBe(true);
    expect(await mayCome(role, organization, 'sts:SetSourceIdentity')).toBe(true);
  });

  test.each([
    ["another role of the hub's account", `arn:aws:iam::${hubAccount}:role/admin`],
    ['a role of that name in another account', launchRole.replace(hubAccount, '444455556666')],
    ["a role of the member's own account", `arn:aws:iam::${account}:role/admin`],
  ])('is not for %s', async (_, role) => {
    expect(await mayCome(role)).toBe(false);
  });

  test("is not for the hub's functions in another organization", async () => {
    expect(await mayCome(launchRole, 'o-zzzzzzzzzz')).toBe(false);
  });

  test('takes no session tags', async () => {
    expect(await mayCome(launchRole, organization, 'sts:TagSession')).toBe(false);
  });

  const identityPolicies = policiesOfRole(member, 'MemberRole');
  const mayTerminate = async (tags: Record<string, string>, resource = instance(region)) =>
    isAllowed({ action: 'ec2:TerminateInstances', resource, context: tagged(tags), identityPolicies });

  test.each([
    ['has no tags', {}, true],
    ['has other tags alone', { Owner: 'web-team', 'Name ': 'web' }, true],
    ['has an empty name', { Name: '' }, true],
    ['has a name', { Name: 'web-1' }, false],
    ['has a name of one blank', { Name: ' ' }, false],
    ['has a name that looks like a pattern', { Name: '*' }, false],
    ['has a tag `name`, of another case', { name: 'web-1' }, false],
  ])('terminates an instance that %s %j: %s', async (_, tags, isLet) => {
    expect(await mayTerminate(tags)).toBe(isLet);
  });

  test.each([
    ['of another region of the account', instance('ap-south-1'), true],
    ["of the hub's account", instance(region, hubAccount), false],
    ['of another partition', instance(region, account, 'aws-cn'), false],
  ])('terminates a nameless instance %s: %s', async (_, resource, isLet) => {
    expect(await mayTerminate({}, resource)).toBe(isLet);
  });

  test('does nothing else on EC2, not even to a nameless instance', async () => {
    const judged = await Promise.all(
      (await everyCall('ec2')).map(async (call) =>
        (await isAllowed({ ...call, identityPolicies })) ? [call.action] : [],
      ),
    );

    expect([...new Set(judged.flat())].toSorted()).toEqual([
      'ec2:DescribeInstances',
      'ec2:TerminateInstances',
    ]);
  });

  const defaultBus = `arn:aws:events:${region}:${account}:event-bus/default`;
  const mayPut = async (sources: string[], resource = defaultBus) =>
    isAllowed({
      action: 'events:PutEvents',
      resource,
      context: sources.length === 0 ? {} : { 'events:source': sources },
      identityPolicies,
    });

  test.each([
    ['in its account and region', defaultBus, true],
    ['in another region of the account', defaultBus.replace(region, 'ap-south-1'), true],
    ['of another name', defaultBus.replace('/default', '/another'), false],
    ["of the hub's account", defaultBus.replace(account, hubAccount), false],
    ['of another partition', defaultBus.replace('arn:aws:', 'arn:aws-cn:'), false],
  ])("puts the enforcer's notices on the default event bus, and no other: %s", async (_, resource, isLet) => {
    expect(await mayPut(['ec2-name-tag-enforcer'], resource)).toBe(isLet);
  });

  test.each([
    [['payroll']],
    [['EC2-name-tag-enforcer']],
    [['ec2-name-tag-enforcer-2']],
    [['ec2-name-tag-enforcer', 'payroll']],
    [[]],
  ])('puts no event of another source: %j', async (sources) => {
    expect(await mayPut(sources)).toBe(false);
  });

  test('does nothing else on EventBridge', async () => {
    const context = { 'events:source': ['ec2-name-tag-enforcer'] };
    const judged = await Promise.all(
      (await everyCall('events')).map(async ({ action, resource }) => {
        const call = { action, resource: resource.replace(/event-bus\/.*/, 'event-bus/default') };
        return (await isAllowed({ ...call, context, identityPolicies })) ? [action] : [];
      }),
    );

    expect([...new Set(judged.flat())]).toEqual(['events:PutEvents']);
  });

  test('has the same guard as the hub in its own account, but for the regions, and may do nothing else', () => {
    const statements = list(at(identityPolicies[0], 'Statement'));
    const ofHub = list(at(hub.resources['EnforcementPolicy'], 'PolicyDocument', 'Statement'));
    const own = ofHub.filter((one) => !['WriteOwnLog', 'HandOver'].includes(textAt(one, 'Sid')));
    const inOneRegion = JSON.stringify(statements).replaceAll(/:(ec2|events):\*:/g, `:$1:${region}:`);

    expect(JSON.parse(inOneRegion)).toEqual(own);
    expect(identityPolicies).toHaveLength(1);
    expect(keys(member.resources['MemberRole'])).not.toContain('ManagedPolicyArns');
  });
});
