import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { policiesOfRole } from '../support/cloudformation/policies-of-role.ts';
import { memberTemplate, template } from '../support/cloudformation/project-template.ts';
import { isAllowed, tagged } from '../support/iam.ts';

const instance = `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`;
const stack = exampleStack(template, { Mode: 'name' });
const hub = 'arn:aws:iam::999988887777:role/hub';
const member = exampleStack(memberTemplate, {
  OrganizationId: 'o-a1b2c3d4e5',
  HubBusArn: `arn:aws:events:${region}:999988887777:event-bus/name-tag-enforcer`,
  HubLaunchRoleArn: hub,
  HubSecondLookRoleArn: hub,
  RoleRegion: region,
  AllowNaming: 'true',
});
const guards = [
  ...['EnforceNameTagRole', 'SecondLookRole'].map((role) => ({
    who: `${role} in mode name`,
    identityPolicies: policiesOfRole(stack, role),
    otherRegions: false,
  })),
  {
    who: "a member's role with AllowNaming",
    identityPolicies: policiesOfRole(member, 'MemberRole'),
    otherRegions: true,
  },
];

describe.each(guards)('The guard of $who', ({ identityPolicies, otherRegions }) => {
  const mayTag = async (
    has: Record<string, string>,
    gives: Record<string, string>,
    resource = instance,
  ): Promise<boolean> =>
    isAllowed({
      action: 'ec2:CreateTags',
      resource,
      identityPolicies,
      context: {
        ...tagged(has),
        ...Object.fromEntries(Object.entries(gives).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
        ...(Object.keys(gives).length > 0 && { 'aws:TagKeys': Object.keys(gives) }),
      },
    });
  const web = { Name: 'web-9abcdef0' };

  test.each([
    ['no tags', {}],
    ['other tags', { Owner: 'web-team' }],
    ['an empty name', { Name: '' }],
  ])('lets an instance with %s be named', async (_, has) => {
    expect(await mayTag(has, web)).toBe(true);
  });

  test.each([
    ['a name', { Name: 'mine' }],
    ['a name of one blank', { Name: ' ' }],
    ['a tag that differs in case', { name: 'mine' }],
  ])('never overwrites %s', async (_, has) => {
    expect(await mayTag(has, web)).toBe(false);
  });

  test.each([
    ['another key', { Owner: 'me' }],
    ['another key beside Name', { ...web, Owner: 'me' }],
    ['a key of another case', { name: 'web' }],
    ['an empty name', { Name: '' }],
    ['no tag at all', {}],
  ])('does not let it set %s', async (_, gives) => {
    expect(await mayTag({}, gives)).toBe(false);
    expect(await mayTag({ Name: '' }, gives)).toBe(false);
  });

  test.each([
    ['another account', `arn:aws:ec2:${region}:999999999999:instance/i-0123456789abcdef0`],
    ['a volume', `arn:aws:ec2:${region}:${account}:volume/vol-0123456789abcdef0`],
  ])('does not let it name what is of %s', async (_, resource) => {
    expect(await mayTag({}, web, resource)).toBe(false);
  });

  test(`${otherRegions ? 'lets' : 'does not let'} it name what is of another region of the account`, async () => {
    expect(await mayTag({}, web, instance.replace(region, 'us-east-1'))).toBe(otherRegions);
    expect(await mayTag({ Name: 'mine' }, web, instance.replace(region, 'us-east-1'))).toBe(false);
  });

  test('does not let it take tags away', async () => {
    const context = { ...tagged({}), 'aws:TagKeys': ['Name'] };

    expect(await isAllowed({ action: 'ec2:DeleteTags', resource: instance, identityPolicies, context })).toBe(
      false,
    );
  });
});
