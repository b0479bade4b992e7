import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { describeOne, errorCode, launchIds, pages, tagsOf, unknownId, type Behaviour } from './behaviour.ts';

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
      await ec2.send(new DeleteTagsCommand({ Resources: ids, Tags: [{ Key: 'Name' }] }));

      expect(tagsOf(await describeOne(ec2, ids[0]))).toEqual({ name: 'of name', NAME: 'of NAME' });
    },
  },
  {
    title: 'DeleteTags with a value deletes the tag only if it has that value, and without one in any case',
    page: pages.deleteTags,
    async check(ec2) {
      const ids = await launchIds(ec2);
      const both = [
        { Key: 'kept', Value: 'x' },
        { Key: 'gone', Value: 'x' },
      ];
      await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: both }));
      await ec2.send(
        new DeleteTagsCommand({ Resources: ids, Tags: [{ Key: 'kept', Value: 'y' }, { Key: 'gone' }] }),
      );

      expect(tagsOf(await describeOne(ec2, ids[0]))).toEqual({ kept: 'x' });
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
