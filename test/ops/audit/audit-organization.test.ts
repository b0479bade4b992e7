import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { readSecondLookMessage } from '../../../src/enforcer/second-look-message.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';
import { sentMessages } from './account.ts';
import { hubAccount, startOrganization, type Organization, type OrganizationParts } from './organization.ts';

let organization: Organization | undefined;
afterEach(async () => organization?.close());

const [one, other] = ['222222222222', '333333333333'];
const id = (number: number): string => `i-${String(number).padStart(17, '0')}`;
const named = { tags: [{ key: 'Name', value: 'web' }] };
const nameless = (number: number) => ({ instanceId: id(number), tags: [] });
const hub = { regions: { 'eu-west-1': [nameless(9)], 'us-east-1': [] }, exemptTagKeys: 'team' };
const exempt = { tags: [{ key: 'team', value: 'web' }] };
const ofOne = { regions: { 'eu-west-1': [named, exempt, nameless(1)], 'us-east-1': [nameless(2)] } };
const ofOther = { regions: { 'eu-west-1': [nameless(3)], 'us-east-1': [named] } };
const members = { [one]: ofOne, [other]: ofOther };
const role = ['--role', 'SecurityAudit'];

async function start(parts: Partial<OrganizationParts> = {}): Promise<Organization> {
  return (organization = await startOrganization({ hub, members, ...parts }));
}

async function audit(
  parts: Partial<OrganizationParts>,
  ...args: readonly string[]
): Promise<{ run: ScriptRun; of: Organization }> {
  const of = await start(parts);
  return {
    run: await runScript('src/ops/cli.ts', ['audit', '--organization', ...args], of.environment),
    of,
  };
}

const Found = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    regions: v.array(v.unknown()),
    unreadRegions: v.array(v.object({ account: v.string(), region: v.string(), problem: v.string() })),
    instances: v.array(
      v.object({
        account: v.string(),
        region: v.string(),
        instanceId: v.string(),
        launcher: v.nullable(v.string()),
      }),
    ),
  }),
);
const foundBy = ({ stdout }: ScriptRun) =>
  v.parse(Found, stdout).instances.map(({ account, region, instanceId }) => [account, region, instanceId]);

describe('audit --organization', () => {
  test('finds every nameless instance of every member of the stack set, with a role of the operator', async () => {
    const { run, of } = await audit({}, ...role, '--json');

    expect(foundBy(run)).toEqual([
      [one, 'eu-west-1', id(1)],
      [one, 'us-east-1', id(2)],
      [other, 'eu-west-1', id(3)],
    ]);
    expect(v.parse(Found, run.stdout)).toMatchObject({
      regions: [
        { account: one, region: 'eu-west-1', instances: 3, nameless: 1 },
        { account: one, region: 'us-east-1', instances: 1, nameless: 1 },
        { account: other, region: 'eu-west-1', instances: 1, nameless: 1 },
        { account: other, region: 'us-east-1', instances: 1, nameless: 0 },
      ],
      unreadRegions: [],
    });
    expect(of.roles().toSorted()).toEqual(
      [one, other].map((account) => `arn:aws:iam::${account}:role/SecurityAudit`),
    );
    expect(run).toMatchObject({ stderr: '', exitCode: 1 });
  });

  test('takes the members of a file, and the account of the caller without a role', async () => {
    const of = await start({ members: { [hubAccount]: hub } });
    const args = ['audit', '--organization', '--members', of.members, '--json'];
    const run = await runScript('src/ops/cli.ts', args, of.environment);

    expect(foundBy(run)).toEqual([[hubAccount, 'eu-west-1', id(9)]]);
    expect(of.roles()).toEqual([]);
    expect(of.callsOf(hubAccount)).not.toContain('cloudformation:ListStackInstances');
  });

  test('asks CloudTrail of each account who launched what', async () => {
    const launchers = { [id(3)]: `arn:aws:iam::${other}:user/mo` };
    const { run } = await audit(
      { members: { ...members, [other]: { ...ofOther, launchers } } },
      ...role,
      '--json',
    );

    expect(v.parse(Found, run.stdout).instances.map(({ launcher }) => launcher)).toEqual([
      null,
      null,
      `arn:aws:iam::${other}:user/mo`,
    ]);
  });

  test('says which account an instance is of, and how many accounts and regions there are', async () => {
    const { run } = await audit({}, ...role);

    expect(run.stdout).toMatch(/Account +│ Region/);
    expect(run.stdout).toMatch(new RegExp(`${other} .* eu-west-1 .* ${id(3)} `));
    expect(run.stdout).toContain('3 nameless instances among 6 in 4 accounts and regions.');
  });

  test('looks at the accounts and regions alone that were asked for', async () => {
    const { run, of } = await audit({}, ...role, '--account', one, '--regions', 'us-east-1', '--json');

    expect(foundBy(run)).toEqual([[one, 'us-east-1', id(2)]]);
    expect(of.callsOf(other)).toEqual([]);
  });

  test('only ever reads', async () => {
    const { of } = await audit({}, ...role);

    expect(new Set([hubAccount, one, other].flatMap((account) => of.callsOf(account)))).toEqual(
      new Set([
        'cloudformation:DescribeStacks',
        'cloudformation:ListStackInstances',
        'sts:GetCallerIdentity',
        'sts:AssumeRole',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceAttribute',
        'cloudtrail:LookupEvents',
      ]),
    );
  });

  test.each<[string, readonly string[], string]>([
    [
      'no role for other accounts',
      ['--organization'],
      `--role to name a role that you may take on in ${one}`,
    ],
    [
      'no member in an account',
      ['--organization', ...role, '--account', one, '444444444444'],
      'members, found 444444444444',
    ],
    [
      'no member in a region',
      ['--organization', ...role, '--regions', 'eu-north-1'],
      'members, found eu-north-1',
    ],
    ['--all-regions', ['--organization', '--all-regions'], "cannot be used with option '--organization'"],
    ['--account alone', ['--account', one], 'Expected --account together with --organization'],
    ['--members alone', ['--members', '-'], 'together with --organization'],
  ])('refuses %s, before it looks at an instance', async (_, args, line) => {
    const of = await start();
    const run = await runScript('src/ops/cli.ts', ['audit', ...args], of.environment);

    expect(run.stderr).toContain(line);
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
    expect(of.requests.filter(({ service }) => service === 'ec2')).toEqual([]);
  });
});

describe('A member that cannot be looked at', () => {
  test.each([
    ['AccessDenied', 'AccessDenied: .*role/SecurityAudit'],
    // Whoever calls has these credentials, which may end while an audit goes on: what was found by then is shown.
    ['ExpiredTokenException', 'The AWS credentials have expired. Log in again.*role/SecurityAudit.*'],
    ['InvalidClientTokenId', 'AWS does not accept these credentials..*role/SecurityAudit.*'],
  ])(
    'is named once, is not taken for one without instances, and keeps no other from being shown: %s',
    async (refusal, said) => {
      const { run, of } = await audit({ closed: { [one]: refusal } }, ...role, '--json');

      expect(foundBy(run)).toEqual([[other, 'eu-west-1', id(3)]]);
      expect(v.parse(Found, run.stdout).unreadRegions).toMatchObject([
        { account: one, region: 'eu-west-1' },
        { account: one, region: 'us-east-1' },
      ]);
      expect(run.stderr).toMatch(
        new RegExp(
          `^Could not read 2 of 4 accounts and regions, so there may be more:\\n  ${one} eu-west-1, us-east-1: ${said}\\n$`,
        ),
      );
      expect(run.exitCode).toBe(2);
      expect(of.roles()).toHaveLength(2);
    },
  );

  test('is another thing than a caller without credentials, who is told so in one line', async () => {
    const of = await start();
    const run = await runScript(
      'src/ops/cli.ts',
      ['audit', '--organization', ...role, '--members', of.members, '--exempt', ''],
      {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    );

    expect(run.stderr).toMatch(/^Found no AWS credentials\. .*\n$/);
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
  });

  test('may be a region that is switched off', async () => {
    const switchedOff = [{ account: one, region: 'me-south-1' }];
    const { run } = await audit({ switchedOff }, ...role, '--json');

    expect(foundBy(run)).toHaveLength(3);
    expect(run.stderr).toMatch(
      new RegExp(`^Could not read 1 of 5 .*\\n  ${one} me-south-1: AuthFailure: .*\\n$`),
    );
    expect(run.exitCode).toBe(2);
  });

  test('says once an account what else could not be read', async () => {
    const denied = ['eu-west-1 LookupEvents', 'us-east-1 LookupEvents'];
    const { run } = await audit({ members: { ...members, [one]: { ...ofOne, denied } } }, ...role, '--json');

    expect(run.stderr).toMatch(
      new RegExp(`^${one} eu-west-1, us-east-1: CloudTrail could not be read, so .*: AccessDenied.*\\n$`),
    );
    expect(run.exitCode).toBe(1);
  });

  test('keeps all from being sent, which is said', async () => {
    const sending = { ...hub, parameters: { OrganizationId: 'o-a1b2c3d4e5' } };
    const { run, of } = await audit(
      { closed: { [one]: 'AccessDenied' }, hub: sending },
      ...role,
      '--send',
      '--yes',
    );

    expect(run.stderr).toContain('so there may be more, and nothing was sent:');
    expect(run.exitCode).toBe(2);
    expect(sentMessages(of)).toEqual([]);
  });
});

describe('audit --organization --send', () => {
  const args = [...role, '--send', '--yes'];

  test('puts the instances of the members on the queue of the hub, each with its account and region', async () => {
    const sending = { ...hub, parameters: { OrganizationId: 'o-a1b2c3d4e5' } };
    const { run, of } = await audit({ hub: sending }, ...args);

    const sources = sentMessages(of).map(({ MessageBody }) => {
      const message = readSecondLookMessage(MessageBody, Date.now());
      return message.kind === 'instances' ? [message.instanceIds, message.source] : [];
    });
    expect(sources).toMatchObject([
      [[id(1)], { account: one, region: 'eu-west-1' }],
      [[id(2)], { account: one, region: 'us-east-1' }],
      [[id(3)], { account: other, region: 'eu-west-1' }],
    ]);
    expect(run).toMatchObject({ stderr: '', exitCode: 0 });
  });

  test('is refused by a stack that is no hub, before it looks at anything', async () => {
    const { run, of } = await audit({}, ...args);

    expect(run.stderr).toContain('Expected a hub for --send with --organization');
    expect(run.exitCode).toBe(2);
    expect(of.callsOf(one)).toEqual([]);
  });
});
