import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { environment } from './environment.ts';
import { projectRoot, toolsFolder } from './paths.ts';
import { SetupError } from './setup-error.ts';

/** Where local AWS answers, all on loopback. */
const AddressesSchema = v.object({
  /** MiniStack: every service but EC2. */
  aws: v.string(),
  /** moto: EC2. */
  ec2: v.string(),
  /** microburst in front of moto: EC2 with whatever faults a test switches on. */
  faultyEc2: v.string(),
});
export type Addresses = v.InferOutput<typeof AddressesSchema>;

export interface LocalAws {
  readonly addresses: Addresses;
  /** Id of the group that all its processes are in. */
  readonly processGroup: number | undefined;
  /** Ends every process of local AWS, and resolves when they are gone. */
  stop(): Promise<void>;
}

const launcher = fileURLToPath(new URL('./emulators/local_aws.py', import.meta.url));
const runtime = fileURLToPath(new URL('./emulators/node-runtime.ts', import.meta.url));

/** Seed of the faults; the same in every run, so that a run can be repeated. */
const faultSeed = '20260401';

/** Milliseconds. A cold start on two busy cores takes about ten seconds. */
const startLimit = 60_000;

/**
 * Starts local AWS: the launcher and, in its process group, all else. Its stdin is its lifeline: should this process
 * end in any way, the pipe closes and the whole group ends itself.
 *
 * @param log where its output goes, from the project's root
 * @throws SetupError when a port is in use, or it does not start
 */
export async function startLocalAws(log = 'reports/local-aws.log'): Promise<LocalAws> {
  const logPath = join(projectRoot, log);
  await mkdir(dirname(logPath), { recursive: true });
  const logFile = createWriteStream(logPath);
  await once(logFile, 'open');
  const launched = spawn(join(toolsFolder, 'python'), [launcher, process.execPath, runtime, faultSeed], {
    // A group of its own, so that Ctrl-C reaches it by the lifeline alone and finds it in order.
    detached: true,
    stdio: ['pipe', 'pipe', logFile],
    env: { ...environment('us-east-1'), PYTHONUTF8: '1' },
  });
  logFile.close();
  const ended = once(launched, 'exit');
  const stop = async (): Promise<void> => {
    launched.stdin.end();
    await ended;
    // The launcher ends last, but the system may take a moment to clear the others away.
    for (let look = 0; look < 50 && isAlive(launched.pid); look++) await sleep(100);
  };
  const ready = await firstLine(launched.stdout);
  if (ready !== undefined) {
    return { addresses: v.parse(AddressesSchema, JSON.parse(ready)), processGroup: launched.pid, stop };
  }
  await stop();
  throw new SetupError(
    // Had it not ended by itself, it would have ended by a signal.
    launched.exitCode === null
      ? `Local AWS did not start within ${startLimit / 1000} s; see ${log}.`
      : await lastLine(logPath),
  );
}

/** Whether any process of a group is there. */
export function isAlive(processGroup: number | undefined): boolean {
  try {
    return processGroup !== undefined && process.kill(-processGroup, 0);
  } catch {
    return false;
  }
}

/** Undefined when the stream ends without one, or there is none in time. */
async function firstLine(input: Readable): Promise<string | undefined> {
  for await (const line of createInterface({ input, signal: AbortSignal.timeout(startLimit) })) return line;
  return undefined;
}

async function lastLine(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.at(-1) ?? 'Local AWS ended before it started, and said nothing.';
}
