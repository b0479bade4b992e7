import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { projectFolder } from '../../build/bundle.ts';
import { spread } from '../harness/cores.ts';

const PackageJson = v.object({ version: v.string() });

/** Where and with what a run was made, as names and values for people. */
export async function describeMachine(): Promise<[string, string][]> {
  const [cpu] = os.cpus();
  return [
    ['processor', `${cpu?.model.trim() ?? 'unknown'}, ${os.cpus().length} cores, ${os.arch()}`],
    ['memory', `${(os.totalmem() / 1e9).toFixed(0)} GB`],
    ['system', `${os.type()} ${os.release()}`],
    ['processes', spread],
    ['Node.js', process.versions.node],
    ['@aws-sdk/client-ec2', await versionOf('@aws-sdk/client-ec2')],
  ];
}

async function versionOf(name: string): Promise<string> {
  const file = path.join(projectFolder, 'node_modules', name, 'package.json');
  return v.parse(PackageJson, JSON.parse(await readFile(file, 'utf8'))).version;
}

/** Processes that run or wait to run, over the last minute: from 1 a core on, others wait for the benchmark or it for them. */
export function load(): string {
  return (os.loadavg()[0] ?? 0).toFixed(1);
}
