import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { readSecondLookMessage } from '../../../src/enforcer/second-look-message.ts';
import type { NamelessInstance } from '../../../src/ops/audit/audit-place.ts';
import { checkPlaces, sendingMessages } from '../../../src/ops/audit/send.ts';
import { secondLookOutputs, stackWith } from '../../support/ops-stack.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';
import { sentMessages, startAccount, type Account, type AccountParts } from './account.ts';

let account: Account | undefined;
afterEach(async () => account?.close());

const id = (number: number): string => `i-${String(number).padStart(17, '0')}`;
const named = { tags: [{ key: 'Name', value: 'web' }] };
const nameless = (number: number) => ({ instanceId: id(number), tags: [] });
const regions = { 'eu-west-1': [named, nameless(1), nameless(2)] };
const lena = 'arn:aws:iam::123456789012:user/lena';

async function audit(
  parts: Partial<AccountParts>,
  ...args: readonly string[]
): Promise<{ run: ScriptRun; account: Account }> {
  account = await startAccount({ regions, exemptTagKeys: '', ...parts });
  return { run: await runScript('src/ops/cli.ts', ['audit', ...args], account.environment), account };
}

/** What the messages ask for, as the function reads them. */
function asked(of: Account) {
  return sentMessages(of).map(({ MessageBody }) => {
    const message = readSecondLookMessage(MessageBody, Date.now());
    if (message.kind !== 'instances') throw new Error(`Expected instances, found ${message.kind}.`);
    return message;
  });
}

const actionsOf = ({ requests }: Account) => requests.map(({ action }) => action);

describe('audit --send', () => {
  test('shows what it would send and what happens then, and sends nothing', async () => {
    const { run, account: on } = await audit({}, '--send');

    expect(run.stdout).toContain('Would send 2 instances to the second look.');
    expect(run.stdout).toContain('add --yes');
    expect(run.exitCode).toBe(1);
    expect(actionsOf(on)).not.toContain('SendMessageBatch');
    expect(actionsOf(on)).not.toContain('PutLogEvents');
  });

  test('with --yes puts each on the queue, to be judged at once where there is no grace', async () => {
    const { run, account: on } = await audit({ launchers: { [id(1)]: lena } }, '--send', '--yes');

    const messages = asked(on);
    expect(messages.map(({ instanceIds }) => instanceIds)).toEqual([[id(1)], [id(2)]]);
    expect(messages[0]).toMatchObject({
      startedAt: undefined,
      source: { launcher: lena, account: '123456789012', region: 'eu-west-1' },
    });
    for (const { dueAt } of messages) expect(dueAt).toBeLessThanOrEqual(Date.now());
    expect(sentMessages(on).map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 0]);
    expect(run.stdout).toContain('Sent 2 instances to the second look.');
    expect(run.stdout).toContain('terminates nothing (mode report)');
    expect(run).toMatchObject({ stderr: '', exitCode: 0 });
  });

  test('gives them the grace of the stack, from now on', async () => {
    const before = Date.now();
    const { account: on } = await audit({ parameters: { GracePeriodMinutes: '60' } }, '--send', '--yes');

    for (const { dueAt } of asked(on)) {
      expect(dueAt).toBeGreaterThanOrEqual(before + 3_600_000);
      expect(dueAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
    }
    expect(sentMessages(on).map(({ DelaySeconds }) => DelaySeconds)).toEqual([900, 900]);
  });

  test('logs who sends what before it is sent', async () => {
    const { account: on } = await audit({}, '--send', '--yes', '--instance', id(2));

    const calls = actionsOf(on).filter((action) => /^(Put|Send)/.test(action ?? ''));
    expect(calls).toEqual(['PutLogEvents', 'SendMessageBatch']);
    const logged = on.requests.find(({ action }) => action === 'PutLogEvents')?.body ?? '';
    const Put = v.pipe(
      v.string(),
      v.parseJson(),
      v.object({ logEvents: v.array(v.object({ message: v.pipe(v.string(), v.parseJson()) })) }),
    );
    expect(v.parse(Put, logged).logEvents.map(({ message }) => message)).toMatchObject([
      {
        message: 'instance sent',
        instanceId: id(2),
        outcome: 'postponed',
        sentBy: lena,
        reason: 'no-name-tag',
      },
    ]);
  });

  test('sends those alone that --instance chooses, and says which are not there', async () => {
    const { run, account: on } = await audit({}, '--send', '--yes', '--instance', id(2), id(7));

    expect(asked(on).map(({ instanceIds }) => instanceIds)).toEqual([[id(2)]]);
    expect(run.stderr).toContain(`${id(7)} is not among them`);
  });

  test('says for programs what was sent', async () => {
    const { run } = await audit({}, '--send', '--yes', '--format', 'json');
    const Found = v.pipe(v.string(), v.parseJson(), v.object({ sending: v.unknown() }));

    expect(v.parse(Found, run.stdout).sending).toMatchObject({ sent: true, instances: 2, mode: 'report' });
  });

  test.each([
    ['another region', {}, ['--send', '--regions', 'eu-west-1,us-east-1'], 'found us-east-1'],
    ['a stack without a second look', { isOlder: true }, ['--send'], 'Deploy it anew'],
    ['no stack', { exemptTagKeys: undefined }, ['--send', '--exempt', ''], 'Found no stack'],
    ['--yes alone', {}, ['--yes'], 'together with --send'],
  ])('refuses %s, before it looks at anything', async (_, parts, args, line) => {
    const stackless = 'exemptTagKeys' in parts ? { regions } : undefined;
    account = await startAccount(stackless ?? { regions, exemptTagKeys: '', ...parts });
    const run = await runScript('src/ops/cli.ts', ['audit', ...args], account.environment);

    expect(run.stderr).toContain(line);
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
    expect(actionsOf(account)).not.toContain('DescribeInstances');
  });
});

function instance(number: number, reservationId: string): NamelessInstance {
  return {
    region: 'eu-west-1',
    account: '111122223333',
    instanceId: id(number),
    state: 'running',
    reason: 'no-name-tag',
    launchTime: undefined,
    launchedAt: Date.parse('2026-03-01T09:00:00Z'),
    reservationId,
    instanceType: undefined,
    launcher: undefined,
    launcherFrom: undefined,
    autoScalingGroup: undefined,
    terminationProtection: undefined,
  };
}

test('instances of one launch go in one message, of a thousand at most', () => {
  const many = Array.from({ length: 1_500 }, (_, number) => instance(number, 'r-1'));
  const now = Date.parse('2026-03-01T10:00:00Z');

  const messages = sendingMessages([...many, instance(2_000, 'r-2')], now, now).map(({ body }) =>
    readSecondLookMessage(body, now),
  );

  expect(messages.map((message) => (message.kind === 'instances' ? message.instanceIds.length : 0))).toEqual([
    1_000, 500, 1,
  ]);
  expect(messages[0]).toMatchObject({ source: { launchedAt: Date.parse('2026-03-01T09:00:00Z') } });
});

test('instances of two accounts or regions are never in one message, whatever their launch is called', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  const one = instance(1, 'r-1');

  const messages = sendingMessages(
    [one, { ...one, account: '444455556666' }, { ...one, region: 'us-east-1' }],
    now,
    now,
  ).map(({ body }) => readSecondLookMessage(body, now));

  expect(messages).toMatchObject([
    { source: { account: '111122223333', region: 'eu-west-1' } },
    { source: { account: '444455556666', region: 'eu-west-1' } },
    { source: { account: '111122223333', region: 'us-east-1' } },
  ]);
});

const ofCaller = (region: string) => ({ account: undefined, region });

describe('Instances are sent', () => {
  const own = { account: '111122223333', region: 'eu-west-1' };
  const members = [own, { ...own, region: 'us-east-1' }, { account: '444455556666', region: 'eu-west-1' }];

  test("from the stack's own region alone", () => {
    const stack = stackWith(secondLookOutputs);

    expect(() => checkPlaces(stack, [ofCaller('eu-west-1')])).not.toThrow();
    expect(() => checkPlaces(stack, ['eu-west-1', 'eu-north-1'].map(ofCaller))).toThrow(
      /eu-west-1 alone.*found eu-north-1/,
    );
  });

  test('from the members of a hub, and not from its other regions where they are none', () => {
    const hub = stackWith(secondLookOutputs, { OrganizationId: 'o-a1b2c3d4e5' });

    expect(() => checkPlaces(hub, members)).not.toThrow();
    expect(() => checkPlaces(hub, [ofCaller('us-east-1')])).toThrow('found us-east-1');
  });

  test('from no other account or region by a stack that is no hub', () => {
    for (const parameters of [{}, { OrganizationId: '' }]) {
      const stack = stackWith(secondLookOutputs, parameters);
      const [, ...others] = members;

      expect(() => checkPlaces(stack, [own])).not.toThrow();
      for (const other of others)
        expect(() => checkPlaces(stack, [other])).toThrow('Expected a hub for --send with --organization');
    }
  });
});
