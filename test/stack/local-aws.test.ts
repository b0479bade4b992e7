import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/local/aws/paths.ts';
import { run, type Run } from '../../src/local/aws/run.ts';
import { isAlive } from '../../src/local/aws/start-local-aws.ts';
import { environment } from './setup/environment.ts';
import { soon } from './support/fates.ts';
import { publish } from './support/figures.ts';

/** `npm run local:aws`, from its start to Ctrl-C. */
let local: ChildProcess;
const printed: string[] = [];

beforeAll(async () => {
  const child = spawn(process.execPath, ['src/local/aws/local-aws.ts'], {
    cwd: projectRoot,
    env: environment({}),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  local = child;
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (line.includes('Ctrl-C')) break;
  }
});
afterAll(() => local.kill('SIGKILL'));

/** Runs a command as in a shell that has read the lines that were printed. */
async function inShell(command: string): Promise<Run> {
  const lines = printed.filter((line) => /^(export|unset) /.test(line));
  const { HOME = '', PATH = '' } = process.env;
  return run('bash', ['-c', [...lines, command].join('\n')], { cwd: projectRoot, env: { HOME, PATH } });
}

async function json(command: string): Promise<unknown> {
  const { stdout, stderr } = await inShell(`npm run --silent ops -- ${command} --json`);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('dead letters lie there, of several causes', async (context) => {
  const [, seconds = ''] = /Ready after ([\d.]+) s/.exec(printed.join('\n')) ?? [];
  publish(context, { title: 'npm run local:aws, beside other tests', rows: [{ 'ready after, s': seconds }] });

  const Letters = v.object({ deadLetters: v.array(v.object({ causes: v.array(v.string()) })) });
  const { deadLetters } = v.parse(Letters, await json('dead-letters list'));

  expect(deadLetters.map(({ causes }) => causes.join(', ')).toSorted()).toEqual([
    'undelivered, NO_PERMISSIONS',
    'unsettled, protected',
    'unsettled, protected',
  ]);
});

test('instances wait for the end of their grace period, and one runs that nothing told of', async () => {
  const ids = v.looseObject({ instanceId: v.string() });
  const Waiting = v.object({ waiting: v.array(v.looseObject({ instances: v.array(ids) })) });
  const { waiting } = v.parse(Waiting, await json('second-look list'));

  expect(waiting.flatMap(({ instances }) => instances)).toHaveLength(3);
  expect((await inShell('npm run --silent ops -- audit --no-cloudtrail')).stdout).toContain(
    '8 nameless instances',
  );
});

test('doctor finds the stack on, and nobody told', async () => {
  const Report = v.object({ checks: v.array(v.looseObject({ name: v.string(), status: v.string() })) });
  const { checks } = v.parse(Report, await json('doctor'));
  const withStatus = (wanted: string): string[] =>
    checks.filter(({ status }) => status === wanted).map(({ name }) => name);

  expect(withStatus('unknown')).toEqual([]);
  expect(withStatus('fail')).toContain('Somebody is told');
  expect(withStatus('ok')).toEqual(
    expect.arrayContaining(['A trail logs launches', 'The stack is deployed']),
  );
});

test('the `aws` command line talks to it too', async () => {
  const { stdout } = await inShell('aws ec2 describe-instances --output text');

  expect(stdout).toContain('web-1');
});

test('Ctrl-C ends every process', async () => {
  const { stdout } = await run('pgrep', ['-P', String(local.pid)]);
  const group = Number(stdout);
  expect(isAlive(group)).toBe(true);

  const ended = once(local, 'exit');
  local.kill('SIGINT');

  expect(await ended).toEqual([0, null]);
  await expect.poll(() => isAlive(group), soon).toBe(false);
});

test('without Python 3 one line says that it is needed', async () => {
  const env = { ...environment({}), PATH: '/nowhere' };
  const ended = await run(process.execPath, ['src/local/aws/local-aws.ts'], { cwd: projectRoot, env });

  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain('python3 was not found; local AWS needs it. Install Python 3.10 or newer');
});
