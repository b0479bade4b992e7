import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { RunInstancesCall } from '../../../src/local/ec2/call.ts';
import { refusalOf, started, tagged } from './started-endpoint.ts';

const one = { ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1 };

describe('RunInstances', () => {
  test('launches what it is asked for', async () => {
    const { client } = await started();

    const request = { ...one, MaxCount: 3, InstanceType: 't3.micro', ClientToken: 'token-1' } as const;
    const { Instances = [], OwnerId } = await client.send(new RunInstancesCommand(request));

    expect(OwnerId).toBe('123456789012');
    expect(Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2]);
    for (const instance of Instances) {
      expect(instance).toMatchObject({
        ImageId: one.ImageId,
        InstanceType: 't3.micro',
        ClientToken: 'token-1',
        Placement: { AvailabilityZone: 'us-east-1a' },
        LaunchTime: new Date('2026-03-01T10:00:00Z'),
      });
    }
  });

  test('makes the same ids in every run of one seed, and others with another seed', async () => {
    const [first, again, other] = [await started(), await started(), await started({ seed: 'other' })];
    const ids = await first.launch(2);

    expect(await again.launch(2)).toEqual(ids);
    expect(await other.launch(2)).not.toEqual(ids);
  });

  test('keeps tag values exactly: blanks, markup, an empty value, characters of any language', async () => {
    const { client } = await started();
    const tags = [
      { Key: 'Name', Value: ' ' },
      { Key: 'a<b>&"c\'', Value: ']]> &amp; ' },
      { Key: 'empty', Value: '' },
      { Key: 'größe', Value: '大きい 🙂' },
      { Key: 'number', Value: '007.0' },
    ];

    const { Instances } = await client.send(new RunInstancesCommand({ ...one, ...tagged(...tags) }));

    expect(Instances?.[0]?.Tags).toEqual(tags);
  });

  test.each([
    ['a tag of AWS', tagged({ Key: 'aws:x', Value: '1' }), /reserved for internal use/],
    ['an empty tag key', tagged({ Key: '', Value: '1' }), /cannot be null or empty/],
    ['a tag key too long', tagged({ Key: 'k'.repeat(129), Value: '1' }), /128/],
    ['a tag value too long', tagged({ Key: 'k', Value: 'v'.repeat(257) }), /256/],
    ['no instance', { MinCount: 0, MaxCount: 0 }, /MinCount/],
    ['fewer at most than at least', { MinCount: 2, MaxCount: 1 }, /maxCount must be at least minCount/],
    ['an unknown template', { LaunchTemplate: { LaunchTemplateName: 'nope' } }, /nope, does not exist/],
  ])('refuses %s, and launches nothing', async (_, wanted, message) => {
    const { endpoint, launch } = await started();

    const refusal = await refusalOf(launch(1, wanted));

    expect(refusal.status).toBe(400);
    expect(refusal.message).toMatch(message);
    expect(endpoint.fleet.all()).toEqual([]);
  });

  test('takes tags from its launch template, over which those of the request go', async () => {
    const instanceTags = [
      { key: 'Name', value: 'from-template' },
      { key: 'team', value: 'web' },
    ];
    const template = { id: 'lt-0123456789abcdef0', name: 'web', instanceTags };
    const { endpoint, launch } = await started({ launchTemplates: [template] });

    await launch(1, {
      ImageId: undefined,
      LaunchTemplate: { LaunchTemplateName: 'web' },
      ...tagged({ Key: 'team', Value: 'batch' }),
    });

    expect(endpoint.fleet.all().map(({ tags }) => Object.fromEntries(tags))).toEqual([
      {
        'aws:ec2launchtemplate:id': template.id,
        'aws:ec2launchtemplate:version': '1',
        Name: 'from-template',
        team: 'batch',
      },
    ]);
  });
});

describe('what is told of a RunInstances call', () => {
  test('is the request, and the instances as they were launched', async () => {
    const calls: RunInstancesCall[] = [];
    const { endpoint, launch } = await started({ onRunInstances: (call) => calls.push(call) });

    const [instanceId = ''] = await launch(1, tagged({ Key: 'team', Value: 'web' }));
    endpoint.fleet.find(instanceId)?.tags.set('Name', 'later');

    expect(calls).toMatchObject([
      {
        request: { imageId: one.ImageId, minCount: 1, maxCount: 1 },
        result: { kind: 'launched', instances: [{ instanceId, tags: [{ key: 'team', value: 'web' }] }] },
      },
    ]);
  });

  test('is the failure, a dry run included', async () => {
    const calls: RunInstancesCall[] = [];
    const { launch } = await started({ onRunInstances: (call) => calls.push(call) });

    await refusalOf(launch(1, { DryRun: true }));

    expect(calls).toMatchObject([{ result: { kind: 'failed', code: 'DryRunOperation', status: 412 } }]);
  });
});
