import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { projectFolder } from '../../build/bundle.ts';

const lastCore = os.availableParallelism() - 1;
const canPin =
  process.platform === 'linux' && lastCore > 0 && spawnSync('taskset', ['--version']).status === 0;

/** Keeps this process, which plays EC2, off the core that the functions run on. */
export function leaveCoreToFunctions(): void {
  if (canPin) {
    spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', `0-${lastCore - 1}`, String(process.pid)]);
  }
}

/** The program on the functions' core, where there is a way to say so. */
export function pinned(
  command: string,
  options: readonly string[],
): { command: string; options: readonly string[] } {
  if (!canPin) return { command, options };
  return { command: 'taskset', options: ['--cpu-list', String(lastCore), command, ...options] };
}

const PackageJson = v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() }));

/** Where and with what a run is made, as names and values for people. */
export async function describeMachine(): Promise<[string, string][]> {
  const [cpu] = os.cpus();
  const sdk = path.join(projectFolder, 'node_modules', '@aws-sdk', 'client-ec2', 'package.json');
  return [
    ['processor', `${cpu?.model.trim() ?? 'unknown'}, ${os.cpus().length} cores, ${os.arch()}`],
    ['memory', `${(os.totalmem() / 1e9).toFixed(0)} GB`],
    ['system', `${os.type()} ${os.release()}`],
    [
      'processes',
      canPin
        ? `functions on core ${lastCore} alone, the rest on the others`
        : 'wherever the system puts the processes',
    ],
    ['Node.js', process.versions.node],
    ['@aws-sdk/client-ec2', v.parse(PackageJson, await readFile(sdk, 'utf8')).version],
  ];
}

/** Processes that run or wait to run, over the last minute: from 1 a core on, others wait for the benchmark or it for them. */
export function load(): string {
  return (os.loadavg()[0] ?? 0).toFixed(1);
}
