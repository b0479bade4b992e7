import { DeleteTagsCommand, type Tag } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { refusalOf, started } from '../started-endpoint.ts';

const tags = [
  { key: 'aws:autoscaling:groupName', value: 'web' },
  { key: 'Name', value: 'a' },
  { key: 'empty', value: '' },
];

async function keysAfter(unwanted: Tag[] | undefined): Promise<string[]> {
  const { client, endpoint } = await started();
  const { instances } = endpoint.fleet.add({ instances: [{ tags }] });
  await client.send(
    new DeleteTagsCommand({ Resources: instances.map(({ instanceId }) => instanceId), Tags: unwanted }),
  );
  return [...(instances[0]?.tags.keys() ?? [])];
}

describe('DeleteTags', () => {
  test.each<[string, Tag[] | undefined, string[]]>([
    [
      'removes a key without a value, whatever its value is',
      [{ Key: 'Name' }],
      ['aws:autoscaling:groupName', 'empty'],
    ],
    [
      'keeps a key of another value',
      [{ Key: 'Name', Value: 'b' }],
      ['aws:autoscaling:groupName', 'Name', 'empty'],
    ],
    [
      'takes an empty value for a value',
      [
        { Key: 'Name', Value: '' },
        { Key: 'empty', Value: '' },
      ],
      ['aws:autoscaling:groupName', 'Name'],
    ],
    ['removes all but those of AWS when no key is given', undefined, ['aws:autoscaling:groupName']],
  ])('%s', async (_, unwanted, left) => {
    expect(await keysAfter(unwanted)).toEqual(left);
  });

  test('refuses to remove a tag of AWS', async () => {
    const refusal = await refusalOf(keysAfter([{ Key: 'aws:autoscaling:groupName' }]));

    expect(refusal.code).toBe('InvalidParameterValue');
  });
});
