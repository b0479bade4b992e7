import { DescribeInstanceAttributeCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { imageId, launched, refusalOf, started } from '../started-endpoint.ts';

describe('DescribeInstanceAttribute', () => {
  test('tells the protection that a launch asked for', async () => {
    const { client } = await started();
    const { Instances } = await client.send(
      new RunInstancesCommand({ ImageId: imageId, MinCount: 1, MaxCount: 1, DisableApiTermination: true }),
    );
    const InstanceId = Instances?.[0]?.InstanceId;

    const answer = await client.send(
      new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiTermination' }),
    );

    expect(answer).toMatchObject({ InstanceId, DisableApiTermination: { Value: true } });
  });

  test('refuses an attribute that it does not know', async () => {
    const { client } = await started();
    const InstanceId = (await launched(client)).ids[0];

    const refusal = await refusalOf(
      client.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' })),
    );

    expect(refusal.code).toBe('InvalidParameterValue');
  });
});
