import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from 'simple-statistics';
import { bundleFolder } from '../../build/bundle.ts';
import { readSourceMaps } from '../../build/map-stack.ts';
import { pinned } from '../harness/cores.ts';
import { functionEnvironment } from '../harness/function-environment.ts';
import { openLaunchSite, type LaunchShape } from '../harness/launches.ts';
import { saveProfile, type Profile } from '../report/profile.ts';
import { writePage } from '../report/write-page.ts';
import { attribute, type TimeByOrigin } from './attribute.ts';

/** `npm run bench:profile`: profiles cold starts, and writes where their time goes into `bench/RESULTS.md`. */
const RUNS = 30;

const script = fileURLToPath(new URL('./run-once.mjs', import.meta.url));
const empty = fileURLToPath(new URL('../subjects/empty.mjs', import.meta.url));
const byHand = fileURLToPath(new URL('../subjects/by-hand.mjs', import.meta.url));
const enforcer = path.join(bundleFolder, 'enforce-name-tag.mjs');
const named = { instances: 1, named: true, answer: 'full' } as const;
const nameless = { instances: 1, named: false, answer: 'full' } as const;

const run = promisify(execFile);
const maps = await readSourceMaps();
const folder = await mkdtemp(path.join(tmpdir(), 'profile-'));
try {
  const columns: [string, TimeByOrigin][] = [
    ['empty handler', await medianTimes(empty, named)],
    ['cold compliant', await medianTimes(enforcer, named)],
    ['cold kill by hand', await medianTimes(byHand, nameless)],
    ['cold kill', await medianTimes(enforcer, nameless)],
  ];
  const origins = [...new Set(columns.flatMap(([, times]) => [...times.keys()]))];
  const profile: Profile = {
    runs: RUNS,
    columns: columns.map(([name]) => name),
    rows: origins.map((origin) => ({ origin, times: columns.map(([, times]) => times.get(origin) ?? 0) })),
  };
  await saveProfile(profile);
  await writePage();
  console.log('Written to bench/RESULTS.md.');
} finally {
  await rm(folder, { recursive: true });
}

async function medianTimes(bundle: string, shape: LaunchShape): Promise<TimeByOrigin> {
  const runs: TimeByOrigin[] = [];
  while (runs.length < RUNS) runs.push(await profileOnce(bundle, shape));
  const origins = new Set(runs.flatMap((times) => [...times.keys()]));
  return new Map([...origins].map((origin) => [origin, median(runs.map((times) => times.get(origin) ?? 0))]));
}

async function profileOnce(bundle: string, shape: LaunchShape): Promise<TimeByOrigin> {
  const site = await openLaunchSite();
  const profiles = await mkdtemp(path.join(folder, 'run-'));
  const eventFile = path.join(profiles, 'event');
  await mkdir(profiles, { recursive: true });
  await writeFile(eventFile, (await site.launch(shape)).event);
  const { command, options } = pinned(process.execPath, [
    '--cpu-prof',
    '--cpu-prof-interval=50',
    `--cpu-prof-dir=${profiles}`,
    script,
    bundle,
    eventFile,
  ]);
  const env = functionEnvironment({ ec2: site.endpoint.url, eventBridge: undefined });
  await run(command, options, { env });
  await site.endpoint.close();
  const name = (await readdir(profiles)).find((file) => file.endsWith('.cpuprofile')) ?? '';
  return attribute(JSON.parse(await readFile(path.join(profiles, name), 'utf8')), maps);
}
