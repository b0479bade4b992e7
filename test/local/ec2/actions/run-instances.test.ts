import { RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import type { RunInstancesCall } from '../../../../src/local/ec2/call.ts';
import { imageId, launched, refusalOf, started } from '../started-endpoint.ts';

const one: RunInstancesCommandInput = { ImageId: imageId, MinCount: 1, MaxCount: 1 };

function tagged(...tags: { Key: string; Value: string }[]): RunInstancesCommandInput {
  return { ...one, TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] };
}

describe('RunInstances', () => {
  test('launches instances of one reservation, with ids of the form of EC2', async () => {
    const { client } = await started();

    const {
      Instances = [],
      ReservationId,
      OwnerId,
    } = await client.send(
      new RunInstancesCommand({ ...one, MaxCount: 3, InstanceType: 't3.micro', ClientToken: 'token-1' }),
    );

    expect(ReservationId).toMatch(/^r-[0-9a-f]{17}$/);
    expect(OwnerId).toBe('123456789012');
    expect(Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2]);
    expect(new Set(Instances.map(({ InstanceId }) => InstanceId)).size).toBe(3);
    for (const instance of Instances) {
      expect(instance.InstanceId).toMatch(/^i-[0-9a-f]{17}$/);
      expect(instance).toMatchObject({
        ImageId: imageId,
        InstanceType: 't3.micro',
        ClientToken: 'token-1',
        State: { Code: 0, Name: 'pending' },
        Placement: { AvailabilityZone: 'us-east-1a' },
        LaunchTime: new Date('2026-03-01T10:00:00Z'),
      });
    }
  });

  test('makes the same ids in every run of one seed, and others with another seed', async () => {
    const [first, again, other] = [await started(), await started(), await started({ seed: 'other' })];

    const ids = [];
    for (const { client } of [first, again, other]) ids.push((await launched(client, 2)).ids);

    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]).not.toEqual(ids[2]);
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

    const { Instances } = await client.send(new RunInstancesCommand(tagged(...tags)));

    expect(Instances?.[0]?.Tags).toEqual(tags);
  });

  test('gives an instance no tags but those of resource type instance', async () => {
    const { client } = await started();

    const { Instances } = await client.send(
      new RunInstancesCommand({
        ...one,
        TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'disk' }] }],
      }),
    );

    expect(Instances?.[0]).not.toHaveProperty('Tags');
  });

  test.each([
    [
      'a key given twice',
      [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
      'InvalidParameterValue',
      /Duplicate tag key 'k'/,
    ],
    ['a key of AWS', [{ Key: 'aws:x', Value: '1' }], 'InvalidParameterValue', /reserved for internal use/],
    ['an empty key', [{ Key: '', Value: '1' }], 'InvalidParameterValue', /cannot be null or empty/],
    ['a key too long', [{ Key: 'k'.repeat(129), Value: '1' }], 'InvalidParameterValue', /128/],
    ['a value too long', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidParameterValue', /256/],
    [
      'too many tags',
      Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })),
      'TagLimitExceeded',
      /maximum number/,
    ],
  ])('refuses %s and launches nothing', async (_, tags, code, message) => {
    const { client, endpoint } = await started();

    const refusal = await refusalOf(client.send(new RunInstancesCommand(tagged(...tags))));

    expect(refusal).toMatchObject({ code, status: 400 });
    expect(refusal.message).toMatch(message);
    expect([...endpoint.fleet.all()]).toEqual([]);
  });

  test.each<[string, Partial<RunInstancesCommandInput>, string]>([
    ['no image', { ImageId: undefined }, 'MissingParameter'],
    ['an image id that is none', { ImageId: 'ubuntu' }, 'InvalidAMIID.Malformed'],
    ['no instance at all', { MinCount: 0 }, 'InvalidParameterValue'],
    ['fewer at most than at least', { MinCount: 3, MaxCount: 2 }, 'InvalidParameterCombination'],
    ['no count', { MinCount: undefined }, 'MissingParameter'],
    ['a zone that is none', { Placement: { AvailabilityZone: 'here' } }, 'InvalidParameterValue'],
    ['a token of more than 64 characters', { ClientToken: 't'.repeat(65) }, 'InvalidParameterValue'],
    [
      'tags for a thing it does not make',
      { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'k' }] }] },
      'InvalidParameterValue',
    ],
    ['more than the limit of the account', { MinCount: 11, MaxCount: 11 }, 'InstanceLimitExceeded'],
  ])('refuses a launch with %s', async (_, input, code) => {
    const { client } = await started({ launchLimit: 10 });

    const refusal = await refusalOf(client.send(new RunInstancesCommand({ ...one, ...input })));

    expect(refusal).toMatchObject({ code, status: 400 });
  });

  test('launches as many as the limit allows when fewer would do', async () => {
    const { client } = await started({ launchLimit: 4 });

    const { Instances } = await client.send(new RunInstancesCommand({ ...one, MaxCount: 10 }));

    expect(Instances).toHaveLength(4);
  });

  test('answers a dry run with an error, launches nothing, and leaves the token unused', async () => {
    const { client, endpoint } = await started();
    const dry = { ...one, ClientToken: 'token' };

    const refusal = await refusalOf(client.send(new RunInstancesCommand({ ...dry, DryRun: true })));
    const before = [...endpoint.fleet.all()].length;
    await client.send(new RunInstancesCommand({ ...dry, MaxCount: 2 }));

    expect(refusal).toEqual({
      code: 'DryRunOperation',
      message: 'Request would have succeeded, but DryRun flag is set.',
      status: 412,
    });
    expect([before, [...endpoint.fleet.all()].length]).toEqual([0, 2]);
  });
});

describe('the client token of RunInstances', () => {
  test('answers the same request with the same reservation, in its state of now', async () => {
    const { client, clock } = await started();
    const request = { ...one, ClientToken: 'token', UserData: 'eA==' };

    const first = await client.send(new RunInstancesCommand(request));
    clock.time += 60_000;
    const again = await client.send(new RunInstancesCommand(request));

    expect(again.ReservationId).toBe(first.ReservationId);
    expect(again.Instances?.map(({ InstanceId }) => InstanceId)).toEqual(
      first.Instances?.map(({ InstanceId }) => InstanceId),
    );
    expect(again.Instances?.[0]?.State?.Name).toBe('running');
  });

  test.each<[string, Partial<RunInstancesCommandInput>]>([
    ['count', { MaxCount: 2 }],
    ['tags', { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'x' }] }] }],
    ['user data', { UserData: 'eQ==' }],
  ])('refuses a request that differs in %s', async (_, difference) => {
    const { client } = await started();
    const request = { ...one, ClientToken: 'token' };
    await client.send(new RunInstancesCommand(request));

    const refusal = await refusalOf(client.send(new RunInstancesCommand({ ...request, ...difference })));

    expect(refusal).toMatchObject({ code: 'IdempotentParameterMismatch', status: 400 });
  });

  test('counts for one zone only', async () => {
    const { client } = await started();

    const [a, b] = await Promise.all(
      ['us-east-1a', 'us-east-1b'].map(async (AvailabilityZone) =>
        client.send(
          new RunInstancesCommand({ ...one, ClientToken: 'token', Placement: { AvailabilityZone } }),
        ),
      ),
    );

    expect(a?.ReservationId).not.toBe(b?.ReservationId);
  });

  test('is refused once its instances are terminated', async () => {
    const { client, clock, endpoint } = await started();
    const request = { ...one, ClientToken: 'token' };
    await client.send(new RunInstancesCommand(request));
    for (const instance of endpoint.fleet.all()) endpoint.fleet.ask(instance, 'terminate');
    clock.time += 60_000;

    const refusal = await refusalOf(client.send(new RunInstancesCommand(request)));

    expect(refusal).toMatchObject({ code: 'IdempotentInstanceTerminated', status: 400 });
  });
});

describe('the launch template of RunInstances', () => {
  const template = {
    id: 'lt-0123456789abcdef0',
    name: 'web',
    imageId,
    instanceType: 'm7g.large',
    instanceTags: [
      { key: 'Name', value: 'from-template' },
      { key: 'team', value: 'web' },
    ],
  };

  test('gives image, type and tags, over which the tags of the request go', async () => {
    const { client } = await started({ launchTemplates: [template] });

    const { Instances } = await client.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'batch' }] }],
      }),
    );

    expect(Instances?.[0]).toMatchObject({ ImageId: imageId, InstanceType: 'm7g.large' });
    expect(Instances?.[0]?.Tags).toEqual([
      { Key: 'aws:ec2launchtemplate:id', Value: template.id },
      { Key: 'aws:ec2launchtemplate:version', Value: '1' },
      { Key: 'Name', Value: 'from-template' },
      { Key: 'team', Value: 'batch' },
    ]);
  });

  test.each([
    ['an unknown name', { LaunchTemplateName: 'nope' }, 'InvalidLaunchTemplateName.NotFoundException'],
    ['an unknown id', { LaunchTemplateId: 'lt-00000000' }, 'InvalidLaunchTemplateId.NotFound'],
    ['an id that is none', { LaunchTemplateId: 'web' }, 'InvalidLaunchTemplateId.Malformed'],
    [
      'an unknown version',
      { LaunchTemplateName: 'web', Version: '2' },
      'InvalidLaunchTemplateId.VersionNotFound',
    ],
    [
      'both name and id',
      { LaunchTemplateName: 'web', LaunchTemplateId: template.id },
      'InvalidParameterCombination',
    ],
  ])('refuses %s', async (_, LaunchTemplate, code) => {
    const { client } = await started({ launchTemplates: [template] });

    const refusal = await refusalOf(client.send(new RunInstancesCommand({ ...one, LaunchTemplate })));

    expect(refusal).toMatchObject({ code, status: 400 });
  });
});

describe('what is told of a RunInstances call', () => {
  test('is the request, and the instances as they were launched', async () => {
    const calls: RunInstancesCall[] = [];
    const { client, endpoint } = await started({ onRunInstances: (call) => calls.push(call) });

    const { ids, reservationId } = await launched(client, 1, [{ key: 'team', value: 'web' }]);
    endpoint.fleet.find(ids[0] ?? '')?.tags.set('Name', 'later');

    expect(calls).toHaveLength(1);
    expect(calls[0]?.request).toMatchObject({ imageId, minCount: 1, maxCount: 1 });
    expect(calls[0]?.result).toMatchObject({
      kind: 'launched',
      reservationId,
      instances: [{ instanceId: ids[0], tags: [{ key: 'team', value: 'web' }] }],
    });
  });

  test('is the failure, a dry run included', async () => {
    const calls: RunInstancesCall[] = [];
    const { client } = await started({ onRunInstances: (call) => calls.push(call) });

    await refusalOf(client.send(new RunInstancesCommand({ ...one, DryRun: true })));

    expect(calls.map(({ result }) => result)).toEqual([
      {
        kind: 'failed',
        code: 'DryRunOperation',
        message: 'Request would have succeeded, but DryRun flag is set.',
        status: 412,
      },
    ]);
  });
});
