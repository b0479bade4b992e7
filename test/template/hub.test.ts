import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { allows } from '../support/cloudformation/allows.ts';
import { at, type Json, keys } from '../support/cloudformation/json.ts';
import { policiesOfRole } from '../support/cloudformation/policies-of-role.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { everyCall } from '../support/iam-actions.ts';
import { isAllowed } from '../support/iam.ts';

const organization = 'o-a1b2c3d4e5';
const stack = exampleStack(template);
const hub = exampleStack(template, { OrganizationId: organization });
const made = ['HubPolicy', 'MemberLaunchRule', 'MemberLaunchRulePermission', 'MemberStartRule'];
const bus = ['OrganizationBus', 'OrganizationBusPolicy'];
const alarms = ['LostMemberEventsAlarm', 'LostMemberStartsAlarm'];

describe('OrganizationId', () => {
  test.each([[''], ['o-a1b2c3d4e5'], [`o-${'z'.repeat(32)}`]])('allows %j', (id) => {
    expect(allows(template.Parameters['OrganizationId'], id)).toBe(true);
  });

  test.each([
    ['o-short'],
    ['a1b2c3d4e5'],
    ['o-A1B2C3D4E5'],
    ['111122223333'],
    [`o-${'z'.repeat(33)}`],
    ['*'],
  ])('refuses %j', (id) => {
    expect(allows(template.Parameters['OrganizationId'], id)).toBe(false);
  });
});

describe('A stack that is no hub', () => {
  test('has nothing of a hub, whatever its other parameters say', () => {
    const others = { MemberRoleName: 'another', OrganizationBusName: 'another', NoticesInMembers: 'true' };

    expect(exampleStack(template, others)).toMatchObject({
      resources: stack.resources,
      outputs: stack.outputs,
    });
    expect(Object.keys(stack.resources).filter((id) => /Member|Organization|Hub/.test(id))).toEqual([]);
    expect(
      keys(at(stack.resources['EnforceNameTag'], 'Environment', 'Variables')).filter((name) =>
        /MEMBER/.test(name),
      ),
    ).toEqual([]);
  });

  test('becomes one by what is made beside it: of what it has, settings, queue policies and dashboard alone change', () => {
    const added = Object.keys(hub.resources).filter((id) => !(id in stack.resources));
    const changed = Object.keys(stack.resources).filter(
      (id) => JSON.stringify(hub.resources[id]) !== JSON.stringify(stack.resources[id]),
    );

    expect(added.toSorted()).toEqual([...made, ...bus, ...alarms].toSorted());
    expect(changed.toSorted()).toEqual([
      'Dashboard',
      'DeadLetterQueuePolicy',
      'EnforceNameTag',
      'SecondLook',
      'SecondLookQueuePolicy',
    ]);
    for (const id of ['EnforceNameTag', 'SecondLook']) {
      const { Environment: _, ...before } = { ...stack.resources[id] };
      expect(hub.resources[id]).toMatchObject(before);
    }
  });
});

describe("A hub's rules", () => {
  test.each([
    ['MemberLaunchRule', 'LaunchRule'],
    ['MemberStartRule', 'StartRule'],
  ])("%s does on the members' bus what %s does on the stack's own, for every account", (ofMembers, own) => {
    const { EventPattern: pattern, Description: _, ...rule } = { ...hub.resources[ofMembers] };
    const { EventPattern: ownPattern, Description: __, ...ownRule } = { ...hub.resources[own] };

    expect(rule).toEqual({ ...ownRule, EventBusName: 'OrganizationBus' });
    expect({ ...asObject(pattern), account: [account] }).toEqual(ownPattern);
    expect(keys(pattern)).not.toContain('account');
  });

  test('may invoke the function', () => {
    expect(hub.resources['MemberLaunchRulePermission']).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: 'EnforceNameTag',
      Principal: 'events.amazonaws.com',
      SourceArn: hub.arn('MemberLaunchRule'),
    });
  });

  test.each([
    ['SecondLookQueue', 'MemberStartRule', true],
    ['SecondLookQueue', 'StartRule', true],
    ['SecondLookQueue', 'MemberLaunchRule', false],
    ['DeadLetterQueue', 'MemberStartRule', true],
    ['DeadLetterQueue', 'MemberLaunchRule', true],
    ['DeadLetterQueue', 'LaunchRule', true],
    ['DeadLetterQueue', 'NoticeRule', false],
  ])('%s takes events of %s: %s', async (queue, rule, isTaken) => {
    const sent = await isAllowed({
      action: 'sqs:SendMessage',
      resource: hub.arn(queue),
      principal: 'events.amazonaws.com',
      resourcePolicy: at(hub.resources[`${queue}Policy`], 'PolicyDocument'),
      context: { 'aws:SourceArn': hub.arn(rule), 'aws:SecureTransport': 'true' },
    });

    expect(sent).toBe(isTaken);
  });
});

describe("The members' bus", () => {
  const statement = at(hub.resources['OrganizationBusPolicy'], 'Statement');
  const resourcePolicy: Json = { Version: '2012-10-17', Statement: [statement] };
  const caller = 'arn:aws:sts::444455556666:assumed-role/forward/session';
  const may = async (action: string, organizationOfCaller?: string, resource = hub.arn('OrganizationBus')) =>
    isAllowed({
      action,
      resource,
      principal: caller,
      resourcePolicy,
      // Its own account lets the caller.
      identityPolicies: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      ],
      resourceAccount: account,
      context: organizationOfCaller === undefined ? {} : { 'aws:PrincipalOrgID': organizationOfCaller },
    });

  test('takes events of the organization', async () => {
    expect(await may('events:PutEvents', organization)).toBe(true);
  });

  test('takes none of another organization, nor of an account that is in none', async () => {
    expect(await may('events:PutEvents', 'o-zzzzzzzzzz')).toBe(false);
    expect(await may('events:PutEvents')).toBe(false);
  });

  test('lets members do nothing else', async () => {
    const allowed = await Promise.all(
      (await everyCall('events')).map(async ({ action, resource }) =>
        (await may(action, organization, resource.replace(/event-bus\/.*/, 'event-bus/OrganizationBus')))
          ? [action]
          : [],
      ),
    );

    expect([...new Set(allowed.flat())]).toEqual(['events:PutEvents']);
  });

  test('has the name that is asked for, and its own policy', () => {
    const named = exampleStack(template, { OrganizationId: organization, OrganizationBusName: 'second' });

    expect(at(hub.resources['OrganizationBus'], 'Name')).toBe('name-tag-enforcer');
    expect(at(named.resources['OrganizationBus'], 'Name')).toBe('second');
    expect(at(hub.resources['OrganizationBusPolicy'], 'EventBusName')).toBe('OrganizationBus');
  });
});

describe.each(['EnforceNameTagRole', 'SecondLookRole'])("A hub's %s", (role) => {
  const identityPolicies = policiesOfRole(hub, role);
  const member = 'arn:aws:iam::444455556666:role/name-tag-enforcer-member';
  const may = async (action: string, resource = member, ofOrganization = organization) =>
    isAllowed({
      action,
      resource,
      identityPolicies,
      context: { 'aws:ResourceOrgID': ofOrganization },
    });

  test('takes on the role of members, and says who it is', async () => {
    expect(await may('sts:AssumeRole')).toBe(true);
    expect(await may('sts:SetSourceIdentity')).toBe(true);
  });

  test.each([
    ['another role of a member', 'arn:aws:iam::444455556666:role/admin', organization],
    ['a role with a longer name', `${member}-admin`, organization],
    ['a role of that name in another organization', member, 'o-zzzzzzzzzz'],
    ['a role of that name in another partition', member.replace('arn:aws:', 'arn:aws-cn:'), organization],
  ])('does not take on %s', async (_, resource, ofOrganization) => {
    expect(await may('sts:AssumeRole', resource, ofOrganization)).toBe(false);
  });

  test('calls nothing else of STS', async () => {
    // That one knows no resource, though it is listed with one.
    const noResource = 'sts:GetServiceBearerToken';
    const calls = (await everyCall('sts')).map(({ action, resource }) => ({
      action,
      resource: resource.includes(':role/') && action !== noResource ? member : '*',
    }));
    const allowed = await Promise.all(
      calls.map(async ({ action, resource }) => ((await may(action, resource)) ? [action] : [])),
    );

    // Nobody needs a permission to ask who he is.
    const always = ['sts:GetCallerIdentity'];
    expect(new Set(allowed.flat())).toEqual(new Set(['sts:AssumeRole', 'sts:SetSourceIdentity', ...always]));
  });

  test('may do on EC2 what it may without an organization, in its own account and region', async () => {
    const own = `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`;

    expect(await may('ec2:TerminateInstances', own)).toBe(true);
    expect(await may('ec2:TerminateInstances', own.replace(account, '444455556666'))).toBe(false);
  });
});

test('a hub tells the address that members send to', () => {
  expect(hub.outputs['OrganizationBusArn']).toBe(hub.arn('OrganizationBus'));
});

function asObject(value: Json | undefined): object {
  return Object.fromEntries(keys(value).map((key) => [key, at(value, key)]));
}
