import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterEach, expect, test } from 'vitest';
import { account as exampleAccount, region } from '../../support/cloudformation/example-stack.ts';
import { at, Json, list } from '../../support/cloudformation/json.ts';
import { isAllowed } from '../../support/iam.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';
import { startAccount, type Account, type AccountParts } from '../audit/account.ts';

let account: Account | undefined;
afterEach(async () => account?.close());

const id = (number: number): string => `i-${String(number).padStart(17, '0')}`;
const named = { instanceId: id(1), tags: [{ key: 'Name', value: 'web' }] };
const nameless = { instanceId: id(2), tags: [] };
const hour = 3_600_000;

/** A line of an hour ago that postpones an instance to a moment from now. */
function postponed(instanceId: string, due: number, place: { account?: string; region?: string } = {}) {
  const timestamp = Date.now() - hour;
  const line = {
    message: 'instance settled',
    instanceId,
    outcome: 'postponed',
    reason: 'no-name-tag',
    dueAt: new Date(Date.now() + due).toISOString(),
    launcher: 'arn:aws:iam::123456789012:user/lena',
    account: '123456789012',
    region: 'eu-west-1',
    stack: 'ec2-name-tag-enforcer',
    ...place,
  };
  return { timestamp, message: JSON.stringify(line) };
}

async function secondLook(parts: Partial<AccountParts>, ...args: readonly string[]): Promise<ScriptRun> {
  account = await startAccount({
    regions: { 'eu-west-1': [named, nameless] },
    exemptTagKeys: '',
    parameters: { GracePeriodMinutes: '120' },
    ...parts,
  });
  return runScript('src/ops/cli.ts', ['second-look', 'list', ...args], account.environment);
}

test('tells what waits, for whom and until when, and what the queue holds', async () => {
  const run = await secondLook({ log: [postponed(id(1), hour), postponed(id(2), hour)] });

  expect(run.stdout).toContain(`${id(1)} running, "web"`);
  expect(run.stdout).toContain(`${id(2)} running, no name`);
  expect(run.stdout).toContain('user/lena');
  expect(run.stdout).toMatch(/in 59 min|in 1 h/);
  expect(run.stdout).toContain('2 instances by the log of the last 8 h 15 min.');
  expect(run.stdout).toContain('about 33 messages, starts among them: 30 delayed, 1 to be looked at now');
  expect(run).toMatchObject({ stderr: '', exitCode: 0 });
});

test('is exit code 1 when an instance should have been looked at and still has no name', async () => {
  const run = await secondLook({ log: [postponed(id(1), -hour / 2), postponed(id(2), -hour / 2)] });

  expect(run.stdout).not.toContain(id(1));
  expect(run.stdout).toContain('overdue by 30 min');
  expect(run.stdout).toContain('1 entry overdue.');
  expect(run.exitCode).toBe(1);
});

test('at a hub, what waits in members is looked at where there is a connection, and is never overdue elsewhere', async () => {
  const log = [
    postponed(id(1), hour, { account: '444455556666' }),
    postponed(id(3), -hour / 2, { account: '444455556666' }),
    postponed(id(2), -hour / 2, { region: 'us-east-1' }),
  ];
  const run = await secondLook(
    {
      regions: { 'eu-west-1': [named], 'us-east-1': [nameless] },
      parameters: { GracePeriodMinutes: '120', OrganizationId: 'o-a1b2c3d4e5' },
      log,
    },
    '--json',
  );

  const document: unknown = JSON.parse(run.stdout);
  expect(document).toMatchObject({
    waiting: [
      {
        account: '444455556666',
        overdue: false,
        untold: true,
        instances: [{ kind: 'elsewhere', foreign: false }],
      },
      { region: 'us-east-1', overdue: true, instances: [{ instanceId: id(2), kind: 'shown' }] },
      { account: '444455556666', overdue: false, instances: [{ instanceId: id(1), kind: 'elsewhere' }] },
    ],
  });
  expect(run.exitCode).toBe(1);
});

test('is exit code 2 when nothing is overdue, and of what is past its time in a member it could not be told', async () => {
  const log = [
    postponed(id(3), -hour / 2, { account: '444455556666' }),
    postponed(id(4), hour, { account: '444455556666' }),
  ];
  const run = await secondLook({
    parameters: { GracePeriodMinutes: '120', OrganizationId: 'o-a1b2c3d4e5' },
    log,
  });

  expect(run.stdout).toContain('1 entry past the time could not be told.');
  expect(run.stdout).toContain('--role');
  expect(run.stdout).not.toContain('overdue');
  expect(run.stderr).toContain('Could not tell of 1 entry');
  expect(run.exitCode).toBe(2);
});

test('tells programs the same', async () => {
  const run = await secondLook({ log: [postponed(id(2), hour)] }, '--json');

  const document: unknown = JSON.parse(run.stdout);
  expect(document).toMatchObject({
    waiting: [
      {
        kind: 'grace',
        reason: 'no-name-tag',
        launcher: 'arn:aws:iam::123456789012:user/lena',
        failingSince: null,
        overdue: false,
        instances: [{ instanceId: id(2), kind: 'shown', settled: false }],
      },
    ],
    queue: { waiting: 1, inFlight: 2, delayed: 30 },
  });
});

test('takes no message from the queue', async () => {
  await secondLook({ log: [postponed(id(2), hour)] });

  expect(account?.requests.map(({ action }) => action)).not.toContain('ReceiveMessage');
});

test('says what to do about a stack of an older template', async () => {
  const run = await secondLook({ isOlder: true });

  expect(run.stderr).toContain('Deploy it anew');
  expect(run.exitCode).toBe(2);
});

test('its policy in docs/iam names the calls that it makes, and no other', async () => {
  const policy = v.parse(Json, JSON.parse(readFileSync('docs/iam/second-look-list.json', 'utf8')));
  await secondLook({ log: [postponed(id(2), hour)] });

  const calls = account?.requests.map(({ service, action }) => `${service}:${action}`);
  const actions = list(at(policy, 'Statement')).flatMap((statement) =>
    list(at(statement, 'Action')).map(String),
  );
  expect([...new Set(calls)].toSorted()).toEqual(actions.toSorted());

  const may = async (action: string, service: string, name: string) =>
    isAllowed({
      action,
      resource: `arn:aws:${service}:${region}:${exampleAccount}:${name}`,
      identityPolicies: [policy],
    });
  const allowed = await Promise.all([
    may('sqs:GetQueueAttributes', 'sqs', 'name-tag-enforcer-second-look-1'),
    may('logs:FilterLogEvents', 'logs', 'log-group:/aws/lambda/ec2-name-tag-enforcer-1'),
    may('sqs:GetQueueAttributes', 'sqs', 'payroll'),
    may('logs:FilterLogEvents', 'logs', 'log-group:/aws/lambda/payroll'),
  ]);
  expect(allowed).toEqual([true, true, false, false]);
});
