import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { countBytes } from './count-bytes.ts';
import { pinned } from './cores.ts';
import type { Program, RunningFunction, Usage } from './running-function.ts';
import { startRuntimeApi, type RuntimeApi } from './runtime-api.ts';

/** Tells what a function has used: by asking it, or by looking at its process. */
export type ReadUsage = (api: RuntimeApi, processId: number) => Promise<Usage>;

/**
 * Starts a Lambda runtime, with a Runtime API of this process for its events. What it logs goes through pipes, as in
 * Lambda, and is dropped.
 */
export async function startLambdaProcess(program: Program, readUsage: ReadUsage): Promise<RunningFunction> {
  const api = await startRuntimeApi();
  const { command, options } = pinned(program.command, program.options);
  const child = spawn(command, options, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: program.folder,
    env: { ...program.environment, AWS_LAMBDA_RUNTIME_API: api.address },
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (text: Buffer) => errors.push(text));
  const logged = countBytes(child.stdout, child.stderr);
  const closed = once(child, 'close');
  const ended = closed.then(() => {
    throw new Error(`Expected ${program.options.join(' ')} to go on, its process ended:\n${errors.join('')}`);
  });
  ended.catch(() => undefined);
  return {
    async invoke(event) {
      const { kind, body } = await Promise.race([api.invoke(event), ended]);
      return kind === 'error' ? body : undefined;
    },
    usage: async () => readUsage(api, child.pid ?? 0),
    logged,
    async close() {
      child.kill();
      await closed;
      api.close();
    },
  };
}
