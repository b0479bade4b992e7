import { describe, expect, test } from 'vitest';
import { exampleStack } from '../support/cloudformation/example-stack.ts';
import { at, list, textAt } from '../support/cloudformation/json.ts';
import { memberTemplate, stackSetTemplate } from '../support/cloudformation/project-template.ts';

const parameters = {
  OrganizationId: 'o-a1b2c3d4e5',
  OrganizationalUnitIds: 'ou-a1b2-c3d4e5f6,ou-a1b2-d4e5f6a7',
  Regions: 'eu-west-1,us-east-1',
  HubBusArn: 'arn:aws:events:eu-west-1:999988887777:event-bus/name-tag-enforcer',
  HubLaunchRoleArn: 'arn:aws:iam::999988887777:role/launch',
  HubSecondLookRoleArn: 'arn:aws:iam::999988887777:role/second-look',
};
const members = (given: Record<string, string> = {}) =>
  exampleStack(stackSetTemplate, { ...parameters, ...given }).resources['Members'];

describe('The stack set', () => {
  test('goes by itself to the accounts of the units, now and later, in every region at the same time', () => {
    expect(members()).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      CallAs: 'SELF',
      OperationPreferences: { RegionConcurrencyType: 'PARALLEL' },
      StackInstancesGroup: [
        {
          DeploymentTargets: {
            OrganizationalUnitIds: ['ou-a1b2-c3d4e5f6', 'ou-a1b2-d4e5f6a7'],
            AccountFilterType: 'NONE',
          },
          Regions: ['eu-west-1', 'us-east-1'],
        },
      ],
    });
  });

  test('leaves out exempt accounts', () => {
    const { StackInstancesGroup: group } = { ...members({ ExemptAccounts: '111122223333,444455556666' }) };

    expect(at(group, 0, 'DeploymentTargets')).toMatchObject({
      AccountFilterType: 'DIFFERENCE',
      Accounts: ['111122223333', '444455556666'],
    });
  });

  test('lets a hub give names where that is wanted', () => {
    expect(at(members({ AllowNaming: 'true' }), 'Parameters')).toContainEqual({
      ParameterKey: 'AllowNaming',
      ParameterValue: 'true',
    });
  });

  test('gives a member every parameter, and the role to the first region', () => {
    const given = list(at(members(), 'Parameters'));
    const values = new Map(
      given.map((one) => [textAt(one, 'ParameterKey'), textAt(one, 'ParameterValue')] as const),
    );

    const { OrganizationalUnitIds: _, Regions: __, ...passedOn } = parameters;
    expect(Object.fromEntries(values)).toEqual({
      ...passedOn,
      RoleName: 'name-tag-enforcer-member',
      AllowNaming: 'false',
      RoleRegion: 'eu-west-1',
    });
    expect([...values.keys()].toSorted()).toEqual(Object.keys(memberTemplate.Parameters).toSorted());
  });

  test.each(Object.keys(memberTemplate.Parameters).filter((name) => name !== 'RoleRegion'))(
    'takes for %s what a member takes',
    (name) => {
      const { Description: _, ...own } = { ...stackSetTemplate.Parameters[name] };
      const { Description: __, ...ofMember } = { ...memberTemplate.Parameters[name] };

      expect(own).toEqual(ofMember);
    },
  );
});
