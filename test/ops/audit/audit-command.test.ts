import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { runScript, type ScriptRun } from '../../support/run-script.ts';
import { startAccount, type Account, type AccountParts } from './account.ts';

let account: Account | undefined;
afterEach(async () => account?.close());

async function audit(parts: AccountParts, ...args: readonly string[]): Promise<ScriptRun> {
  account = await startAccount(parts);
  return runScript('src/ops/cli.ts', ['audit', ...args], account.environment);
}

const id = (number: number): string => `i-${String(number).padStart(17, '0')}`;
const tag = (key: string, value: string) => ({ key, value });
/** Whatever time the instance was launched at. */
const aTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
const named = { tags: [tag('Name', 'web')] };

const Found = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    regions: v.unknown(),
    unreadRegions: v.unknown(),
    instances: v.array(v.looseObject({ instanceId: v.string() })),
  }),
);
const foundBy = ({ stdout }: ScriptRun): string[] =>
  v.parse(Found, stdout).instances.map(({ instanceId }) => instanceId);

describe('audit', () => {
  test('tells all about every nameless instance', async () => {
    const run = await audit(
      {
        regions: {
          'eu-west-1': [
            named,
            { instanceId: id(1), tags: [], instanceType: 'm7g.large' },
            {
              instanceId: id(2),
              tags: [tag('aws:autoscaling:groupName', 'web')],
              terminationProtected: true,
            },
            { instanceId: id(3), tags: [tag('Name', ''), tag('name', 'web')] },
          ],
        },
        launchers: { [id(1)]: 'arn:aws:iam::123456789012:user/lena' },
        exemptTagKeys: '',
      },
      '--format',
      'json',
    );

    expect(v.parse(Found, run.stdout)).toEqual({
      regions: [{ account: null, region: 'eu-west-1', instances: 4, nameless: 3 }],
      unreadRegions: [],
      instances: [
        {
          region: 'eu-west-1',
          account: '123456789012',
          instanceId: id(1),
          state: 'running',
          reason: 'no-name-tag',
          launchTime: aTime,
          instanceType: 'm7g.large',
          launcher: 'arn:aws:iam::123456789012:user/lena',
          launcherFrom: 'CloudTrail',
          autoScalingGroup: null,
          terminationProtection: false,
        },
        expect.objectContaining({
          instanceId: id(2),
          launcher: 'Auto Scaling group web',
          launcherFrom: 'tags',
          autoScalingGroup: 'web',
          terminationProtection: true,
        }),
        expect.objectContaining({
          instanceId: id(3),
          reason: 'empty-name-tag',
          launcher: null,
          launcherFrom: null,
        }),
      ],
    });
    expect(run.stderr).toBe('');
    expect(run.exitCode).toBe(1);
  });

  test('reads every page', async () => {
    const instances = Array.from({ length: 1203 }, (_, index) => ({ instanceId: id(index), tags: [] }));

    const run = await audit(
      { regions: { 'eu-west-1': instances.slice(0, 1), 'eu-west-2': instances } },
      '--regions',
      'eu-west-2',
      '--exempt',
      '',
      '--no-cloudtrail',
      '--json',
    );

    expect(new Set(foundBy(run)).size).toBe(1203);
    expect(account?.requests.filter(({ action }) => action === 'DescribeInstances').length).toBe(2);
  });

  test('looks at all regions that are enabled, or at those asked for', async () => {
    const regions = {
      'eu-west-1': [named],
      'us-east-1': [{ instanceId: id(1), tags: [] }],
      'ap-south-1': [{ instanceId: id(2), tags: [] }],
    };

    const all = await audit({ regions }, '--all-regions', '--exempt', '', '--json');
    await account?.close();
    const some = await audit({ regions }, '--regions', 'eu-west-1, us-east-1', '--exempt', '', '--json');

    expect(foundBy(all).toSorted()).toEqual([id(1), id(2)]);
    expect(foundBy(some)).toEqual([id(1)]);
  });

  test('exempts by the tag keys of the stack, or by those given instead', async () => {
    const parts = {
      regions: {
        'eu-west-1': [
          { instanceId: id(1), tags: [tag('team', 'a')] },
          { instanceId: id(2), tags: [tag('cost', 'a')] },
        ],
      },
      exemptTagKeys: 'team, owner',
    };

    const ofStack = await audit(parts, '--json');
    await account?.close();
    const given = await audit(parts, '--json', '--exempt', 'cost');

    expect(foundBy(ofStack)).toEqual([id(2)]);
    expect(foundBy(given)).toEqual([id(1)]);
    expect(account?.requests.some(({ action }) => action === 'DescribeStacks')).toBe(false);
  });

  test('asks CloudTrail for what the tags do not tell, and not at all with --no-cloudtrail', async () => {
    const regions = { 'eu-west-1': [{ tags: [] }, { tags: [tag('eks:cluster-name', 'blue')] }] };

    await audit({ regions, exemptTagKeys: '' });
    const lookups = account?.requests.filter(({ action }) => action === 'LookupEvents').length;
    await account?.close();
    await audit({ regions, exemptTagKeys: '' }, '--no-cloudtrail');

    expect(lookups).toBe(1);
    expect(account?.requests.filter(({ action }) => action === 'LookupEvents')).toEqual([]);
  });

  test('prints a table for people, with what to make of it', async () => {
    const { stdout, exitCode } = await audit(
      {
        regions: {
          'eu-west-1': [named, { instanceId: id(1), tags: [tag('karpenter.sh/nodepool', 'spot')] }],
        },
      },
      '--exempt',
      '',
    );

    expect(stdout).toMatch(
      new RegExp(`eu-west-1 .* ${id(1)} .* no-name-tag .* Karpenter node pool spot .* no `),
    );
    expect(stdout).toContain('1 nameless instance among 2 in eu-west-1.');
    expect(exitCode).toBe(1);
  });

  test('prints CSV in which no tag is a formula', async () => {
    const tags = [tag('aws:autoscaling:groupName', '=HYPERLINK("http://example.com")')];
    const { stdout } = await audit(
      { regions: { 'eu-west-1': [{ instanceId: id(1), tags }] } },
      '--exempt',
      '',
      '--format',
      'csv',
    );

    const [head, row] = stdout.split('\n');
    expect(head).toBe(
      'region,account,instanceId,state,reason,launchTime,instanceType,launcher,launcherFrom,autoScalingGroup,terminationProtection',
    );
    expect(row).toMatch(
      /^eu-west-1,123456789012,i-00000000000000001,running,no-name-tag,[^,]+,m1\.small,"Auto Scaling group =HYPERLINK\(""http:\/\/example\.com""\)",tags,"'=HYPERLINK\(""http:\/\/example\.com""\)",false$/,
    );
  });

  test('writes a report, and prints the summary alone', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'audit-')), 'report.html');
    const tags = [tag('aws:autoscaling:groupName', '<script>alert(1)</script>')];
    const { stdout, exitCode } = await audit(
      { regions: { 'eu-west-1': [named, { instanceId: id(1), tags }] } },
      '--exempt',
      '',
      '--format',
      'html',
      '--output',
      file,
    );
    const page = await readFile(file, 'utf8');
    await rm(dirname(file), { recursive: true });

    expect(page).toContain('1 nameless instance among 2 in 1 region of 123456789012.');
    expect(page).toContain(id(1));
    expect(page).toContain('<td>Auto Scaling group &lt;script>alert(1)&lt;/script></td>');
    expect(stdout).toMatch(/^1 nameless instance among 2 in eu-west-1\. .*\nThe report is in .*\n$/);
    expect(exitCode).toBe(1);
  });

  test('finds nothing, with exit code 0, where every instance is named', async () => {
    const run = await audit({ regions: { 'eu-west-1': [named, named] }, exemptTagKeys: '' });

    expect(run).toEqual({
      stdout: 'No nameless instance among 2 instances in eu-west-1.\n',
      stderr: '',
      exitCode: 0,
    });
  });

  test('only ever reads', async () => {
    await audit({ regions: { 'eu-west-1': [{ tags: [] }] }, exemptTagKeys: '' }, '--all-regions');

    expect(new Set(account?.requests.map(({ action }) => action))).toEqual(
      new Set([
        'DescribeStacks',
        'DescribeRegions',
        'DescribeInstances',
        'DescribeInstanceAttribute',
        'LookupEvents',
      ]),
    );
  });
});

describe('when something cannot be read, audit', () => {
  const regions = {
    'eu-west-1': [{ instanceId: id(1), tags: [] }],
    'us-east-1': [{ instanceId: id(2), tags: [] }],
  };

  test('names the region, shows the others, and exits with 2', async () => {
    const { stdout, stderr, exitCode } = await audit(
      { regions, denied: ['us-east-1 DescribeInstances'] },
      '--regions',
      'eu-west-1,us-east-1,me-south-1',
      '--exempt',
      '',
      '--json',
    );

    expect(v.parse(Found, stdout)).toMatchObject({
      instances: [{ instanceId: id(1) }],
      unreadRegions: [{ region: 'us-east-1' }, { region: 'me-south-1' }],
    });
    expect(stderr).toMatch(
      /^Could not read 2 of 3 regions, so there may be more:\n {2}us-east-1: UnauthorizedOperation: .*\n {2}me-south-1: AuthFailure: .*\n$/,
    );
    expect(exitCode).toBe(2);
  });

  test('says once a region why launchers and protection are not known, and goes on', async () => {
    const many = { 'eu-west-1': [1, 2, 3].map((number) => ({ instanceId: id(number), tags: [] })) };

    const run = await audit(
      { regions: many, denied: ['eu-west-1 LookupEvents', 'eu-west-1 DescribeInstanceAttribute'] },
      '--exempt',
      '',
      '--json',
    );

    expect(foundBy(run)).toEqual([id(1), id(2), id(3)]);
    expect(run.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^eu-west-1: Termination protection could not be read: UnauthorizedOperation/),
      expect.stringMatching(
        /^eu-west-1: CloudTrail could not be read, so launchers are from tags alone: AccessDenied/,
      ),
    ]);
    expect(run.exitCode).toBe(1);
  });

  test.each([
    ['there is no stack', {}, [], /^Found no stack `ec2-name-tag-enforcer`.* with --exempt.*\n$/],
    [
      'a region is none',
      {},
      ['--exempt', '', '--regions', 'eu-west-1,Ireland'],
      /^Expected regions such as .*found "Ireland"\.\n$/,
    ],
    [
      'regions may not be listed',
      { denied: ['eu-west-1 DescribeRegions'] },
      ['--exempt', '', '--all-regions'],
      /^You may not do this\. .*\n$/,
    ],
    [
      'regions are given twice',
      {},
      ['--all-regions', '--regions', 'eu-west-1'],
      /^error: option '--all-regions' cannot be used with option '--regions <regions>'\n/,
    ],
  ])('says in one line that %s', async (_, parts, args, expected) => {
    const { stdout, stderr, exitCode } = await audit({ regions, ...parts }, ...args);

    expect(stdout).toBe('');
    expect(stderr).toMatch(expected);
    expect(exitCode).toBe(2);
  });

  test('says in one line that there are no credentials', async () => {
    const run = await runScript(
      'src/ops/cli.ts',
      ['audit', '--exempt', '', '--regions', 'eu-west-1,us-east-1'],
      {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    );

    expect(run.stderr).toMatch(/^Found no AWS credentials\. .*\n$/);
    expect(run.exitCode).toBe(2);
  });
});
