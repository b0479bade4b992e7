import {
  EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentials, environment, region } from '../setup/environment.ts';
import { run } from '../../../src/local/aws/run.ts';
import { localAws } from '../support/clients.ts';
import { deploy, remove } from '../support/stack.ts';

const stackName = 'audited';
/** Regions of this test alone. */
const [here, there] = ['eu-west-3', 'ap-southeast-2'];

const audit = async (...args: readonly string[]) =>
  run(process.execPath, ['src/ops/cli.ts', 'audit', '--stack', stackName, ...args], {
    env: { ...environment(localAws), AWS_REGION: region },
  });

const Found = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    unreadRegions: v.array(v.unknown()),
    instances: v.array(v.looseObject({ instanceId: v.string(), region: v.string() })),
  }),
);

async function launch(where: string, tags: Tag[], protection = false): Promise<string> {
  const ec2 = new EC2Client({ region: where, credentials, endpoint: localAws.ec2 });
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...(tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
    }),
  );
  const InstanceId = instance?.InstanceId ?? 'none';
  // moto does not heed it in RunInstances.
  if (protection) {
    await ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }),
    );
  }
  return InstanceId;
}

let nameless: string;
let emptyName: string;
let elsewhere: string;

beforeAll(async () => {
  await deploy(stackName, { Mode: 'report', Architecture: 'x86_64', ExemptTagKeys: 'team' });
  await launch(here, [{ Key: 'Name', Value: 'web' }]);
  await launch(here, [{ Key: 'team', Value: 'web' }]);
  nameless = await launch(here, [{ Key: 'aws:autoscaling:groupName', Value: 'web' }], true);
  emptyName = await launch(here, [{ Key: 'Name', Value: '' }]);
  elsewhere = await launch(there, []);
});
afterAll(async () => remove(stackName));

describe('audit', () => {
  test('finds what runs nameless in a region, exempt by the settings of the stack', async () => {
    const ended = await audit('--regions', here, '--format', 'json');

    expect(v.parse(Found, ended.stdout).instances).toEqual([
      expect.objectContaining({
        instanceId: nameless,
        region: here,
        instanceType: 't3.micro',
        launcher: 'Auto Scaling group web',
        autoScalingGroup: 'web',
        terminationProtection: true,
      }),
      expect.objectContaining({ instanceId: emptyName, terminationProtection: false }),
    ]);
    expect(ended.code).toBe(1);
  });

  test('looks at all regions', async () => {
    const ended = await audit('--all-regions', '--no-cloudtrail', '--json');

    const { instances, unreadRegions } = v.parse(Found, ended.stdout);
    expect(unreadRegions).toEqual([]);
    expect(instances).toContainEqual(expect.objectContaining({ instanceId: elsewhere, region: there }));
    expect(instances).toContainEqual(expect.objectContaining({ instanceId: nameless, region: here }));
  });

  test('says in one line that there is no such stack', async () => {
    const ended = await audit('--stack', 'no-such-stack');

    expect(ended.stderr).toMatch(/^Found no stack `no-such-stack` .*--exempt.*\n$/);
    expect(ended).toMatchObject({ stdout: '', code: 2 });
  });
});
