import { describe, expect, test } from 'vitest';
import { nameTheGroup } from '../../src/enforcer/name-the-group.ts';

describe('The command that names what a group launches', () => {
  test.each([
    [
      { kind: 'auto-scaling-group', name: 'web' },
      'aws autoscaling create-or-update-tags --region eu-west-1 --tags ResourceId=web,ResourceType=auto-scaling-group,Key=Name,Value=web-1,PropagateAtLaunch=true',
    ],
    [
      { kind: 'emr-cluster', name: 'j-2AXXXXXXGAPLF' },
      'aws emr add-tags --region eu-west-1 --resource-id j-2AXXXXXXGAPLF --tags Name=web-1',
    ],
    [
      { kind: 'node-pool', name: 'default', launchesFrom: 'spot' },
      'kubectl edit ec2nodeclass spot and add Name: web-1 to spec.tags',
    ],
    [
      { kind: 'ec2-fleet', name: 'fleet-1', launchesFrom: 'lt-1' },
      "aws ec2 create-launch-template-version --region eu-west-1 --launch-template-id lt-1 --source-version '$Latest' --launch-template-data 'TagSpecifications=[{ResourceType=instance,Tags=[{Key=Name,Value=web-1}]}]'",
    ],
    [
      { kind: 'spot-fleet', name: 'sfr-1', launchesFrom: 'lt-1' },
      'aws ec2 modify-spot-fleet-request --region eu-west-1 --spot-fleet-request-id sfr-1 --launch-template-configs',
    ],
    [
      { kind: 'spot-request', name: 'sir-1' },
      'aws ec2 cancel-spot-instance-requests --region eu-west-1 --spot-instance-request-ids sir-1',
    ],
  ] as const)('of %j', (group, command) => {
    expect(nameTheGroup(group, 'eu-west-1')).toContain(command);
    expect(nameTheGroup(group, undefined)).not.toContain('--region');
  });

  test('takes a name of blanks and quotes as one word of the shell', () => {
    const text = nameTheGroup({ kind: 'auto-scaling-group', name: `it's, "mine"; rm -rf` }, undefined);

    expect(text).toContain(
      String.raw`--tags 'ResourceId="it'\''s, \"mine\"; rm -rf",ResourceType=auto-scaling-group`,
    );
  });
});
