import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import {
  describe,
  describeOne,
  errorCode,
  idsOf,
  launchIds,
  pages,
  tagsOf,
  unknownId,
  type Behaviour,
} from './behaviour.ts';

export const tags: readonly Behaviour[] = [
  {
    title: 'CreateTags adds tags, and overwrites the value of a key that is there',
    page: pages.createTags,
    async check(ec2) {
      const ids = await launchIds(ec2);
      await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key: 'Name', Value: 'first' }] }));
      await ec2.send(
        new CreateTagsCommand({
          Resources: ids,
          Tags: [
            { Key: 'Name', Value: '' },
            { Key: 'owner', Value: 'lena' },
          ],
        }),
      );

      expect(tagsOf(await describeOne(ec2, ids[0]))).toEqual({ Name: '', owner: 'lena' });
    },
  },
  {
    title: 'tag keys are case-sensitive',
    page: pages.tagRestrictions,
    async check(ec2) {
      const ids = await launchIds(ec2);
      const three = ['Name', 'name', 'NAME'].map((key) => ({ Key: key, Value: `of ${key}` }));
      await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: three }));

      const tagsBy = { Name: 'of Name', name: 'of name', NAME: 'of NAME' };
      expect(tagsOf(await describeOne(ec2, ids[0]))).toEqual(tagsBy);
      const byKey = async (key: string) =>
        idsOf(await describe(ec2, { Filters: [{ Name: `tag:${key}`, Values: ['of NAME'] }] }));
      expect([await byKey('NAME'), await byKey('name')]).toEqual([ids, []]);
    },
  },
  {
    title: 'CreateTags takes no key that begins with aws:',
    page: pages.tagRestrictions,
    async check(ec2) {
      const ids = await launchIds(ec2);

      const call = ec2.send(
        new CreateTagsCommand({ Resources: ids, Tags: [{ Key: 'aws:mine', Value: 'x' }] }),
      );
      expect(await errorCode(call)).toBe('InvalidParameterValue');
    },
  },
  {
    title: 'CreateTags on an unknown instance fails with InvalidInstanceID.NotFound',
    page: pages.errors,
    async check(ec2) {
      const call = ec2.send(
        new CreateTagsCommand({ Resources: [unknownId], Tags: [{ Key: 'Name', Value: 'x' }] }),
      );
      expect(await errorCode(call)).toBe('InvalidInstanceID.NotFound');
    },
  },
];
