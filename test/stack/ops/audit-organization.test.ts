import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account as hubAccount } from '../setup/environment.ts';
import { localAws } from '../support/clients.ts';
import { fatesOf, soon } from '../support/fates.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { joinHub, leaveHub, organizationId, placeOf, type Place } from '../support/members.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { ops } from './run-ops.ts';

// A hub, a member in two regions, and an account that has no role to be looked at with. All are of this test alone.

const stackName = 'audited-hub';
const regions = ['ap-southeast-2', 'eu-west-3'] as const;
const here = placeOf('444444444444', regions[0]);
const there = placeOf('444444444444', regions[1]);
const closed = placeOf('555555555555', regions[0]);
const iam = new IAMClient({
  region: here.region,
  credentials: { accessKeyId: here.account, secretAccessKey: 'test' },
  endpoint: localAws.aws,
});
const RoleName = 'SecurityAudit';
let hub: Outputs;
let folder: string;

beforeAll(async () => {
  hub = await deploy(stackName, {
    OrganizationId: organizationId,
    OrganizationBusName: stackName,
    GracePeriodMinutes: '0',
  });
  await joinHub(here, hub, here.region);
  await joinHub(there, hub, here.region);
  const trust = { Effect: 'Allow', Principal: { AWS: hubAccount }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  folder = await mkdtemp(join(tmpdir(), 'members-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await iam.send(new DeleteRoleCommand({ RoleName }));
  for (const place of [here, there]) await leaveHub(place);
  await remove(stackName);
});

async function audit(members: readonly Place[], ...args: readonly string[]) {
  const file = join(folder, 'members.txt');
  await writeFile(file, members.map(({ account, region }) => `${account} ${region}\n`).join(''));
  const organization = ['--organization', '--members', file, '--role', RoleName, '--no-cloudtrail'];
  return ops(stackName, 'audit', ...organization, ...args);
}

const Found = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    unreadRegions: v.array(v.looseObject({ account: v.string() })),
    instances: v.array(v.looseObject({ account: v.string(), region: v.string(), instanceId: v.string() })),
  }),
);

describe('audit --organization', () => {
  test('finds the nameless instances of a member in each region, and not the named; one is sent and dies', async () => {
    const named = await launchWithSdk({ tags: [{ key: 'Name', value: 'web' }] }, here.ec2);
    const one = await launchWithSdk({}, here.ec2);
    const other = await launchWithSdk({}, there.ec2);

    const found = await audit([here, there], '--json');

    const { instances, unreadRegions } = v.parse(Found, found.stdout);
    expect(unreadRegions).toEqual([]);
    expect(instances.map(({ account, region, instanceId }) => [account, region, instanceId])).toEqual([
      [here.account, here.region, one.instanceIds[0]],
      [there.account, there.region, other.instanceIds[0]],
    ]);
    expect(found.code).toBe(1);

    const [instanceId = ''] = other.instanceIds;
    const sent = await audit([here, there], '--send', '--yes', '--instance', instanceId);

    expect(sent).toMatchObject({ stderr: '', code: 0 });
    await expect.poll(async () => fatesOf([instanceId], there.ec2), soon).toEqual(['dead']);
    await expect
      .poll(async () => logLines(hub.LogGroupName), soon)
      .toContainEqual(
        expect.objectContaining({
          instanceId,
          outcome: 'terminated',
          account: there.account,
          region: there.region,
        }),
      );
    expect(await fatesOf([...named.instanceIds, ...one.instanceIds], here.ec2)).toEqual(['alive']);
  });

  test('names an account that it may not look at, and shows the others', async () => {
    const ended = await audit([here, closed], '--json');

    const { instances, unreadRegions } = v.parse(Found, ended.stdout);
    expect(unreadRegions.map(({ account }) => account)).toEqual([closed.account]);
    expect(instances.map(({ account }) => account)).toEqual([here.account]);
    expect(ended.stderr).toContain(`${closed.account} ${closed.region}: AccessDenied`);
    expect(ended.code).toBe(2);
  });
});
