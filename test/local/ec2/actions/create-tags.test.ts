import { CreateTagsCommand, type Tag } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { launched, refusalOf, started } from '../started-endpoint.ts';

describe('CreateTags', () => {
  test('sets tags on every instance of the call, over the values they had', async () => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 2, [{ key: 'Name', value: 'old' }]);

    await client.send(
      new CreateTagsCommand({
        Resources: ids,
        Tags: [
          { Key: 'Name', Value: 'new' },
          { Key: 'empty', Value: '' },
        ],
      }),
    );

    for (const id of ids) {
      expect([...(endpoint.fleet.find(id)?.tags ?? [])]).toEqual([
        ['Name', 'new'],
        ['empty', ''],
      ]);
    }
  });

  test.each<[string, { Resources?: string[]; Tags?: Tag[] }, string]>([
    ['an unknown instance', { Resources: ['i-0aaaaaaaaaaaaaaaa'] }, 'InvalidInstanceID.NotFound'],
    ['something else than an instance', { Resources: ['vol-12345678'] }, 'InvalidID'],
    ['a tag of AWS', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterValue'],
    ['no resource', { Resources: [] }, 'MissingParameter'],
    ['no tag', { Tags: [] }, 'MissingParameter'],
    [
      'one tag too many',
      { Tags: Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}` })) },
      'TagLimitExceeded',
    ],
  ])('refuses %s, and sets nothing', async (_, input, code) => {
    const { client, endpoint } = await started();
    const { ids } = await launched(client, 1, [{ key: 'kept', value: '' }]);

    const refusal = await refusalOf(
      client.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key: 'Name', Value: 'x' }], ...input })),
    );

    expect(refusal).toMatchObject({ code, status: 400 });
    expect([...(endpoint.fleet.find(ids[0] ?? '')?.tags.keys() ?? [])]).toEqual(['kept']);
  });
});
