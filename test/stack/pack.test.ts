import { ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { writeLogFile } from '../support/cloudtrail-log.ts';
import { countMessages } from './ops/letters-in-queue.ts';
import { operator } from './ops/run-ops.ts';
import { projectRoot } from '../../src/local/aws/paths.ts';
import { run, type Run } from '../../src/local/aws/run.ts';
import { ec2 } from './support/clients.ts';
import { fatesOf, soon } from './support/fates.ts';
import { outcomesOf } from './support/function-log.ts';
import { launchWithSdk } from './support/launches.ts';
import { deploy, remove, type Outputs } from './support/stack.ts';
import { deliver, eventOf } from './support/trail.ts';

const stackName = 'packed';
const tool = 'name-tag-enforcer-ops';

let folder: string;
/** What `npm run release` writes. */
let release: string;
let tarball: string;
let stack: Outputs;
/** One that is protected, so that its launch is a dead letter. */
let protectedId: string;

/** The PATH of the person who runs the tests, without the project's own Node.js. */
const pathOutside = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((entry) => !entry.includes('node_modules'))
  .join(delimiter);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  release = join(folder, 'release');
  await succeed('npm', ['run', 'release', '--', '--output', release], { cwd: projectRoot });
  tarball = join(release, `${manifest.name}-${manifest.version}.tgz`);
  await succeed('tar', ['-xzf', tarball, '-C', folder]);
  stack = await deploy(stackName, {}, join(folder, 'package'));
  await install();
  await writeLogFile(join(folder, 'log.json.gz'), 0, 70);
});
afterAll(async () => {
  await remove(stackName);
  await rm(folder, { recursive: true });
});

/** Where nothing can be fetched: no package beside the tarball, and no cache of npm's. */
async function install(): Promise<void> {
  const nowhere = ['--offline', '--registry', 'http://127.0.0.1:1', '--cache', join(folder, 'empty-cache')];
  await succeed('npm', ['install', '--global', '--prefix', join(folder, 'installed'), ...nowhere, tarball], {
    cwd: folder,
  });
}

test('the tarball is small, and has what it needs to be deployed, and no source', async () => {
  const { size } = await stat(tarball);
  const { stdout } = await succeed('tar', ['-tzf', tarball]);
  const files = stdout.trim().split('\n');

  expect(size).toBeLessThan(5_000_000);
  expect(files).toEqual(
    expect.arrayContaining(
      ['template.yaml', 'dist/enforce-name-tag.mjs', 'README.md', 'docs/runbook.md', 'LICENSE'].map(
        (file) => `package/${file}`,
      ),
    ),
  );
  expect(files.filter((file) => /^package\/(src|test|bench)\//.test(file))).toEqual([]);
});

test('npx runs it from the tarball', async () => {
  const cache = join(folder, 'npx-cache');
  const args = ['--yes', '--offline', '--cache', cache, `./${basename(tarball)}`, '--version'];

  expect(await succeed('npx', args, { cwd: release })).toMatchObject({ stdout: `${manifest.version}\n` });
});

test('what was unpacked and deployed with `sam deploy` terminates the nameless', async () => {
  const { instanceIds, call } = await launchWithSdk({ count: 2 });
  const [first = '', second = ''] = instanceIds;
  protectedId = first;
  const DisableApiTermination = { Value: true };
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: first, DisableApiTermination }));

  await deliver(eventOf(call));

  await expect.poll(async () => fatesOf([second]), soon).toEqual(['dead']);
  await expect
    .poll(async () => countMessages(stack.DeadLetterQueueUrl), soon)
    .toEqual({ waiting: 1, held: 0 });
});

describe.each(['20', '22', '24', 'that is installed'])('on the Node.js %s, the installed tool', (version) => {
  let path: string;
  beforeAll(async () => {
    path = version === 'that is installed' ? pathOutside : await pathWithNode(version);
  });

  /** As from the shell of an operator. */
  const ops = async (...args: readonly string[]): Promise<Run> => {
    const env = { ...operator(), PATH: path };
    const found = await run(join(folder, 'installed', 'bin', tool), args, { cwd: folder, env });
    // Neither a defect nor a warning of Node.js or the SDK.
    expect(found.stderr).not.toMatch(/Error|Warning/);
    return found;
  };
  const json = async (...args: readonly string[]): Promise<unknown> => {
    const { stdout } = await ops(...args, '--stack', stackName, '--json');
    return JSON.parse(stdout);
  };

  test('tells its version, and its help within 0.4 s', async () => {
    expect(await ops('--version')).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });

    const times: number[] = [];
    for (let look = 0; look < 5; look++) {
      const start = performance.now();
      expect((await ops('--help')).stdout).toContain('dead-letters');
      times.push(performance.now() - start);
    }
    // The least: other tests run beside this one.
    expect(Math.min(...times)).toBeLessThan(400);
  });

  test('runs every command', async () => {
    const letters = v.object({ deadLetters: v.array(v.looseObject({ causes: v.array(v.string()) })) });
    expect(v.parse(letters, await json('dead-letters', 'list')).deadLetters).toMatchObject([
      { causes: ['unsettled', 'protected'] },
    ]);
    expect(JSON.stringify(await json('audit', '--no-cloudtrail'))).toContain(protectedId);
    expect(await json('second-look', 'list')).toMatchObject({ waiting: [] });
    expect(JSON.stringify(await json('doctor'))).not.toContain('"unknown"');
    const redriven = await ops('dead-letters', 'redrive', '--yes', '--stack', stackName);
    expect(redriven.stdout).toContain(protectedId);
    const replayed = await ops('replay', 'log.json.gz', '--totals-only');
    expect(replayed.code).toBe(0);
    expect(replayed.stdout).toContain('terminate');
    expect((await ops('complete', '--', 'audit', '--format', '')).stdout).toContain('csv');
  });
});

test('the checksums of a release are right', async () => {
  const { stdout } = await succeed('sha256sum', ['--check', 'SHA256SUMS'], { cwd: release });

  expect(stdout.trim().split('\n').toSorted()).toEqual(
    (await readdir(release)).flatMap((file) => (file === 'SHA256SUMS' ? [] : [`${file}: OK`])).toSorted(),
  );
});

test('the template of a release is deployed from its folder, and terminates the nameless', async () => {
  const { LogGroupName } = await deploy('released', {}, release);
  const { instanceIds, call } = await launchWithSdk();
  const [instanceId = ''] = instanceIds;

  await deliver(eventOf(call));

  // The other stack is told too, and may be first.
  await expect
    .poll(async () => (await outcomesOf(LogGroupName, instanceId)).join(), soon)
    .toMatch(/^(terminated: no-name-tag|already-gone: .*)$/);
  expect(await fatesOf(instanceIds)).toEqual(['dead']);
  await remove('released');
});

/** A PATH whose `node` is of this major version, from the npm registry or from npm's cache. */
async function pathWithNode(major: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`))
    return [dirname(process.execPath), pathOutside].join(delimiter);
  const prefix = join(folder, `node-${major}`);
  const name = `node-${process.platform}-${process.arch}`;
  await mkdir(prefix);
  await succeed('npm', ['install', '--no-save', '--no-audit', '--prefix', prefix, `${name}@${major}`]);
  return [join(prefix, 'node_modules', name, 'bin'), pathOutside].join(delimiter);
}

async function succeed(...[command, args, settings]: Parameters<typeof run>): Promise<Run> {
  const ended = await run(command, args, settings);
  if (ended.code === 0) return ended;
  throw new Error(`${command} ${args.join(' ')} ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
}
