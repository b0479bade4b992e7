import { DescribeInstanceAttributeCommand, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { launched, refusalOf, started } from '../started-endpoint.ts';

describe('ModifyInstanceAttribute', () => {
  test.each([
    ['DisableApiTermination', (value: boolean) => ({ DisableApiTermination: { Value: value } })],
    [
      'Attribute and Value',
      (value: boolean) => ({ Attribute: 'disableApiTermination' as const, Value: `${value}` }),
    ],
  ])('switches termination protection on and off by %s', async (_, input) => {
    const { client } = await started();
    const InstanceId = (await launched(client)).ids[0] ?? '';
    const isProtected = async (): Promise<boolean | undefined> => {
      const answer = await client.send(
        new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiTermination' }),
      );
      return answer.DisableApiTermination?.Value;
    };

    const seen = [await isProtected()];
    for (const value of [true, false]) {
      await client.send(new ModifyInstanceAttributeCommand({ InstanceId, ...input(value) }));
      seen.push(await isProtected());
    }

    expect(seen).toEqual([false, true, false]);
  });

  test.each([
    ['nothing to modify', {}, 'InvalidParameterCombination'],
    ['another attribute', { Attribute: 'userData' as const, Value: 'x' }, 'InvalidParameterValue'],
    ['an unknown instance', { InstanceId: 'i-0aaaaaaaaaaaaaaaa' }, 'InvalidInstanceID.NotFound'],
    ['a malformed id', { InstanceId: 'web' }, 'InvalidInstanceID.Malformed'],
    ['a dry run', { DisableApiTermination: { Value: true }, DryRun: true }, 'DryRunOperation'],
  ])('refuses %s', async (_, input, code) => {
    const { client, endpoint } = await started();
    const InstanceId = (await launched(client)).ids[0] ?? '';

    const refusal = await refusalOf(
      client.send(new ModifyInstanceAttributeCommand({ InstanceId, ...input })),
    );

    expect(refusal.code).toBe(code);
    expect(endpoint.fleet.find(InstanceId)?.terminationProtected).toBe(false);
  });
});
