import { DescribeTagsCommand, paginateDescribeTags, type Filter } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { launched, refusalOf, started } from '../started-endpoint.ts';

describe('DescribeTags', () => {
  test.each<[string, Filter[], string[]]>([
    ['all, without a filter', [], ['Name=a', 'team=web', 'Name=b']],
    ['those of a key', [{ Name: 'key', Values: ['Name'] }], ['Name=a', 'Name=b']],
    ['those of a value', [{ Name: 'value', Values: ['w*'] }], ['team=web']],
    ['those of a key with a value', [{ Name: 'tag:Name', Values: ['b', 'web'] }], ['Name=b']],
    [
      'those of instances',
      [{ Name: 'resource-type', Values: ['instance'] }],
      ['Name=a', 'team=web', 'Name=b'],
    ],
    ['none of volumes', [{ Name: 'resource-type', Values: ['volume'] }], []],
  ])('lists %s', async (_, Filters, expected) => {
    const { client } = await started();
    await launched(client, 1, [
      { key: 'Name', value: 'a' },
      { key: 'team', value: 'web' },
    ]);
    await launched(client, 1, [{ key: 'Name', value: 'b' }]);

    const { Tags = [] } = await client.send(new DescribeTagsCommand({ Filters }));

    expect(Tags.map(({ Key, Value }) => `${Key}=${Value}`)).toEqual(expected);
  });

  test('says what each tag is on', async () => {
    const { client } = await started();
    await launched(client, 1, [{ key: 'Name', value: 'a' }]);
    const { ids } = await launched(client, 1, [{ key: 'Name', value: 'b' }]);

    const { Tags } = await client.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: ids }] }),
    );

    expect(Tags).toEqual([{ Key: 'Name', Value: 'b', ResourceId: ids[0], ResourceType: 'instance' }]);
  });

  test('gives every tag once over its pages', async () => {
    const { client } = await started();
    await launched(client, 7, [{ key: 'Name', value: 'a' }]);

    const sizes = [];
    for await (const { Tags = [] } of paginateDescribeTags({ client, pageSize: 5 }, {}))
      sizes.push(Tags.length);

    expect(sizes).toEqual([5, 2]);
  });

  test('refuses an unknown filter', async () => {
    const { client } = await started();

    const refusal = await refusalOf(
      client.send(new DescribeTagsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] })),
    );

    expect(refusal.code).toBe('InvalidParameterValue');
  });
});
