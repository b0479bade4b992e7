import * as v from 'valibot';
import { afterEach, expect, describe, test } from 'vitest';
import type { AwsAnswer, AwsRequest } from '../../support/aws-server.ts';
import { runScript, type ScriptRun } from '../../support/run-script.ts';
import { startAccount, type Account, type AccountParts } from '../audit/account.ts';

let account: Account | undefined;
afterEach(async () => account?.close());

/** A stack as Lambda shows it; to invoke `Pause` answers what the function would. */
interface Shown {
  readonly reserved?: number;
  readonly mapping?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly answer?: object;
  readonly failure?: object;
}

const paused: Shown = {
  reserved: 0,
  mapping: 'Disabled',
  tags: { 'name-tag-enforcer:paused': '2026-11-26T14:51:33.000Z alarm storm' },
};

function lambdaOf({ reserved, mapping = 'Enabled', tags = {}, answer, failure }: Shown) {
  return ({ url }: AwsRequest): AwsAnswer => {
    if (url.pathname.endsWith('/concurrency'))
      return {
        body: JSON.stringify(reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved }),
      };
    if (url.pathname.includes('/event-source-mappings/')) return { body: JSON.stringify({ State: mapping }) };
    if (url.pathname.includes('/tags/')) return { body: JSON.stringify({ Tags: tags }) };
    if (url.pathname.endsWith('/enforcer-Pause-1/invocations')) {
      if (failure === undefined) return { body: JSON.stringify(answer) };
      return { headers: { 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(failure) };
    }
    return { status: 404, body: '{}' };
  };
}

async function ops(
  args: readonly string[],
  shown: Shown = {},
  parts: Partial<AccountParts> = {},
): Promise<ScriptRun> {
  account = await startAccount({
    regions: { 'eu-west-1': [] },
    exemptTagKeys: '',
    lambda: lambdaOf(shown),
    ...parts,
  });
  return runScript('src/ops/cli.ts', args, account.environment);
}

const invocations = (): unknown[] =>
  (account?.requests ?? [])
    .filter(({ url }) => url.pathname.endsWith('/invocations'))
    .map(({ body }): unknown => JSON.parse(body));
const Answer = v.pipe(v.string(), v.parseJson(), v.looseObject({}));

describe('pause', () => {
  test('shows what it would do, and does nothing without --yes', async () => {
    const run = await ops(['pause', '--reason', 'a storm']);

    expect(run.stdout).toBe(
      'It runs: launches and second looks are settled.\nWould pause it; add --yes to do it.\n',
    );
    expect(run).toMatchObject({ stderr: '', exitCode: 0 });
    expect(invocations()).toEqual([]);
  });

  test('hands the reason, and who asks, to the function', async () => {
    const run = await ops(['pause', '--reason', ' a storm ', '--yes'], {
      answer: { state: 'paused', changed: true, mark: 'now' },
    });

    expect(run.stdout).toContain('Paused. Nothing is terminated, and all that comes waits.');
    expect(run.exitCode).toBe(0);
    expect(invocations()).toEqual([
      { action: 'pause', reason: 'a storm (by arn:aws:iam::123456789012:user/lena)' },
    ]);
  });

  test('says so when it was paused before', async () => {
    const run = await ops(['pause', '--reason', 'a storm', '--yes'], {
      answer: { state: 'paused', changed: false, mark: '2026-11-26T14:51:33.000Z alarm storm' },
    });

    expect(run.stdout).toContain('It was paused before, since 2026-11-26T14:51:33.000Z alarm storm.');
  });

  test.each([
    ['no reason', ['pause', '--yes'], "required option '--reason <text>' not specified"],
    ['an empty reason', ['pause', '--reason', '  ', '--yes'], 'found an empty text'],
    ['a reason without end', ['pause', '--reason', 'x'.repeat(1_001), '--yes'], 'found 1001 of them'],
  ])('is exit code 2 with %s', async (_, args, message) => {
    const run = await ops(args);

    expect(run.stderr).toContain(message);
    expect(run.exitCode).toBe(2);
    expect(invocations()).toEqual([]);
  });

  test('tells what the function failed at', async () => {
    const run = await ops(['pause', '--reason', 'a storm', '--yes'], {
      failure: { errorType: 'SwitchError', errorMessage: 'failed at 1 of 3' },
    });

    expect(run.stderr).toContain('SwitchError: failed at 1 of 3');
    expect(run.exitCode).toBe(2);
  });

  test('says so when the stack is of an older template', async () => {
    const run = await ops(['pause', '--reason', 'a storm', '--yes'], {}, { isOlder: true });

    expect(run.stderr).toContain('it is of an older template');
    expect(run.exitCode).toBe(2);
  });
});

describe('resume', () => {
  test('shows since when and why it is paused, and does nothing without --yes', async () => {
    const run = await ops(['resume'], paused);

    expect(run.stdout).toBe(
      'It is paused: all waits. Since 2026-11-26T14:51:33.000Z alarm storm\nWould resume it; add --yes to do it.\n',
    );
    expect(invocations()).toEqual([]);
  });

  test('goes on with --yes', async () => {
    const run = await ops(['resume', '--yes', '--json'], {
      ...paused,
      answer: { state: 'running', changed: true, mark: 'a storm' },
    });

    expect(v.parse(Answer, run.stdout)).toEqual({ state: 'running', changed: true, mark: 'a storm' });
    expect(invocations()).toMatchObject([{ action: 'resume' }]);
  });

  test('of what is not paused is exit code 2, and changes nothing', async () => {
    const run = await ops(['resume', '--yes']);

    expect(run.stderr).toBe(
      'Expected the stack `ec2-name-tag-enforcer` to be paused, found that it runs. Nothing was changed.\n',
    );
    expect(run.exitCode).toBe(2);
    expect(invocations()).toEqual([]);
  });

  test.each<[string, Shown, string]>([
    [
      'in part',
      { reserved: 0 },
      'It is paused in part: launches are settled by second looks. Nobody says why.',
    ],
    [
      'in the other part',
      { mapping: 'Disabled' },
      'Second looks wait, and launches are settled. Nobody says why.',
    ],
    ['and resumed by somebody else', { tags: paused.tags ?? {} }, 'It runs, though it was paused: 2026'],
  ])('takes what is paused %s for paused', async (_, shown, text) => {
    const run = await ops(['resume'], shown);

    expect(run.stdout).toContain(text);
    expect(run.exitCode).toBe(0);
  });
});
