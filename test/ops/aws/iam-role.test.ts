import {
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { readRolePolicies } from '../../../src/ops/aws/iam-role.ts';
import { mockClient } from '../../support/mock-client.ts';

const iam = mockClient(IAMClient);

test('every inline policy of every page is decoded, and every attached one is named', async () => {
  iam
    .on(ListRolePoliciesCommand)
    .resolvesOnce({ PolicyNames: ['one'], IsTruncated: true, Marker: 'next' })
    .resolves({ PolicyNames: ['two'] });
  iam
    .on(GetRolePolicyCommand, { RoleName: 'role', PolicyName: 'one' })
    .resolves({ RoleName: 'role', PolicyName: 'one', PolicyDocument: '%7B%22Statement%22%3A%5B%5D%7D' })
    .on(GetRolePolicyCommand, { RoleName: 'role', PolicyName: 'two' })
    .resolves({ RoleName: 'role', PolicyName: 'two', PolicyDocument: '{}' });
  iam
    .on(ListAttachedRolePoliciesCommand)
    .resolvesOnce({ AttachedPolicies: [{ PolicyArn: 'a' }], IsTruncated: true, Marker: 'next' })
    .resolves({ AttachedPolicies: [{ PolicyArn: 'b' }] });

  expect(await readRolePolicies({ region: 'eu-west-1' }, 'role')).toEqual({
    inline: new Map([
      ['one', '{"Statement":[]}'],
      ['two', '{}'],
    ]),
    attached: ['a', 'b'],
  });
});
