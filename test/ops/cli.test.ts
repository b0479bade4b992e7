import manifest from '../../package.json' with { type: 'json' };
import { describe, expect, test, vi } from 'vitest';
import { startAwsServer, type AwsAnswer } from '../support/aws-server.ts';
import { runScript } from '../support/run-script.ts';

// A process takes a second to load the AWS SDK on a busy computer, and retries take a few.
vi.setConfig({ testTimeout: 30_000 });

const cli = 'src/ops/cli.ts';

/** Nothing of whoever runs the tests: no profile, no credentials, no region. */
const nobody = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
  AWS_REGION: '',
  AWS_DEFAULT_REGION: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  NO_COLOR: '1',
};
const somebody = {
  ...nobody,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'eu-west-1',
};

/** What the tool says when every call to AWS gets this answer. */
async function withAnswer(answer: AwsAnswer, ...args: readonly string[]) {
  const server = await startAwsServer(() => answer);
  try {
    return await runScript(cli, args, { ...somebody, AWS_ENDPOINT_URL: server.url });
  } finally {
    await server.close();
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html */
function refusal(code: string, message: string, status = 400): AwsAnswer {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}

describe.concurrent('one clear line, and exit code 2', () => {
  test.each([
    ['no such stack', refusal('ValidationError', 'Stack with id x does not exist'), 'Found no stack `x`'],
    ['denied', refusal('AccessDenied', 'User is not authorized', 403), 'You may not do this.'],
    ['expired', refusal('ExpiredToken', 'The security token is expired', 403), 'credentials have expired'],
    ['unknown key', refusal('InvalidClientTokenId', 'The token is invalid', 403), 'does not accept'],
    ['throttled', refusal('Throttling', 'Rate exceeded'), 'AWS kept throttling the calls.'],
  ])('when AWS says: %s', async (_, answer, line) => {
    const run = await withAnswer(answer, 'dead-letters', 'list', '--stack', 'x');

    expect(run.stderr).toContain(line);
    expect(run.stderr.trimEnd()).not.toContain('\n');
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
  });

  test.each([
    ['there is no region', nobody, 'Give one with --region'],
    ['there are no credentials', { ...nobody, AWS_REGION: 'eu-west-1' }, 'Found no AWS credentials.'],
    ['AWS does not answer', { ...somebody, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'AWS did not answer.'],
  ])('when %s', async (_, environment, line) => {
    const run = await runScript(cli, ['doctor'], environment);

    expect(run.stderr).toContain(line);
    expect(run.stderr.trimEnd()).not.toContain('\n');
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
  });
});

describe.concurrent('a profile that does not exist', () => {
  test.each([
    ['--profile', ['--profile', 'nope', 'doctor'], somebody],
    ['--profile', ['--profile', 'nope', 'audit'], { ...nobody, AWS_PROFILE: 'other' }],
    ['AWS_PROFILE', ['dead-letters', 'list'], { ...somebody, AWS_PROFILE: 'nope' }],
  ])('in %s, of %j, is named once, in our words alone', async (where, args, environment) => {
    const run = await runScript(cli, args, { ...environment, AWS_CONFIG_FILE: 'test/ops/aws-config' });

    expect(run).toEqual({
      stdout: '',
      stderr:
        `Expected ${where} to name a profile of the shared AWS configuration, found no \`nope\`. ` +
        'There is: `default`, `staging`. Make one with `aws configure sso` or `aws configure`.\n',
      exitCode: 2,
    });
  });

  test('is not one that the configuration has', async () => {
    const run = await runScript(cli, ['--profile', 'staging', 'doctor'], {
      ...nobody,
      AWS_REGION: 'eu-west-1',
      AWS_CONFIG_FILE: 'test/ops/aws-config',
    });

    expect(run.stderr).toContain('Found no AWS credentials.');
  });
});

describe.concurrent('the region is', () => {
  test.each([
    ['that of --region', ['--region', 'eu-north-1'], { AWS_REGION: 'eu-west-1' }, 'eu-north-1'],
    ['else AWS_REGION', [], { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }, 'eu-west-1'],
    ['else AWS_DEFAULT_REGION', [], { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-1' }, 'us-east-1'],
  ])('%s', async (_, args, environment, region) => {
    const server = await startAwsServer(() => refusal('AccessDenied', 'User is not authorized', 403));
    await runScript(cli, [...args, 'dead-letters', 'list'], {
      ...somebody,
      ...environment,
      AWS_ENDPOINT_URL: server.url,
    });
    await server.close();

    expect(server.requests.map((request) => request.region)).toEqual([region]);
  });
});

describe.concurrent('wrong usage names what is wrong, points to the help, and is exit code 2', () => {
  test.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['dead-letters', 'nonsense'], "unknown command 'nonsense'"],
    [['dead-letters', 'list', '--nonsense'], "unknown option '--nonsense'"],
    [['dead-letters', 'show'], "missing required argument 'message'"],
    [['dead-letters', 'discard', '--all'], "required option '--reason <text>' not specified"],
    [['dead-letters', 'redrive', '--parallel', '0'], 'a whole number from 1 to 100'],
    [['dead-letters', 'list', '--older-than', 'long'], 'a whole number with s, m, h or d'],
    [['dead-letters', 'list', '--cause', 'protectd'], 'Did you mean `protected`?'],
    [['dead-letters', 'redrive', '--cause', 'protectd', '--yes'], 'Did you mean `protected`?'],
    [['dead-letters', 'list', '--account', 'prod'], 'the 12 digits of an account'],
    [['dead-letters', 'list', '--sort', 'size'], 'age, count, cause, launcher, account, region'],
    [['dead-letters', 'list', '--limit', '0'], 'a whole number from 1 on'],
    [['dead-letters', 'list', '--summary', '--each'], 'cannot be used with'],
    [['doctor', '--watch', '1'], 'seconds from 2 to 3600'],
  ])('%j', async (args, line) => {
    const run = await runScript(cli, args, somebody);

    expect(run.stderr).toContain(line);
    expect(run.stderr).toContain('--help');
    expect(run.exitCode).toBe(2);
  });

  test.each([
    [['dead-letters', 'discard', '--reason', 'because'], '--all'],
    [['dead-letters', 'discard', '--reason', ' ', '--all'], 'an empty text'],
    [['dead-letters', 'list', '--watch'], 'Expected --watch at a terminal'],
    [['dead-letters', 'list', '--watch', '--json'], 'Expected --watch at a terminal'],
    [['dead-letters', 'list', '--watch', '--format', 'csv'], 'Expected --watch at a terminal'],
    [['second-look', 'list', '--watch'], 'Expected --watch at a terminal'],
    [['doctor', '--watch', '30', '--json'], 'Expected --watch at a terminal'],
    [['doctor', '--regions', 'eu-west-1,nowhere'], 'found "nowhere"'],
    [['dead-letters', 'review'], 'Expected a person at a terminal'],
    [['dead-letters', 'review', '--json'], 'Expected review without --json'],
  ])('%j, before any call', async (args, line) => {
    const run = await runScript(cli, args, nobody);

    expect(run.stderr).toContain(line);
    expect(run.exitCode).toBe(2);
  });
});

describe.concurrent('the help teaches', () => {
  test.each([
    [['--help'], ['dead-letters', 'second-look', 'doctor', 'audit', 'replay', 'completion', 'Exit codes:']],
    [
      ['dead-letters', '--help'],
      ['list', 'show', 'review', 'redrive', 'discard', 'protected', 'NO_PERMISSIONS'],
    ],
    [
      ['dead-letters', 'redrive', '--help'],
      ['--yes', '--older-than', '--instance', '--stack', 'safe'],
    ],
    [
      ['dead-letters', 'discard', '--help'],
      ['--reason', 'logged'],
    ],
    [
      ['second-look', 'list', '--help'],
      ['--since', 'delay', 'ten receipts', 'overdue'],
    ],
    [
      ['audit', '--help'],
      ['--send', '--instance', 'GracePeriodMinutes'],
    ],
    [
      ['doctor', '--help'],
      ['--probe', 'Exit code 0'],
    ],
  ])('%j', async (args, words) => {
    const { stdout, exitCode } = await runScript(cli, args, nobody);

    for (const word of words) expect(stdout).toContain(word);
    expect(exitCode).toBe(0);
  });
});

test('--version is that of the package', async () => {
  const run = await runScript(cli, ['--version'], nobody);

  expect(run).toEqual({ stdout: `${manifest.version}\n`, stderr: '', exitCode: 0 });
});
