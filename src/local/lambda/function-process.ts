import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { startRuntimeApi, type Ending, type FunctionError } from './runtime-api.ts';

/** A program that asks Lambda's Runtime API for events. */
export interface Program {
  readonly command: string;
  readonly options: readonly string[];
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** A Lambda runtime in a process of its own, warm until it is closed. It takes one event at a time. */
export interface RuntimeProcess {
  readonly processId: number;
  /** Waits until it is ready for its first event, or says why it cannot start. */
  started(): Promise<FunctionError | undefined>;
  /**
   * Sends an event, in JSON, which waits until the function is there to take it.
   *
   * @throws FunctionStartError when the process ended
   */
  invoke(event: string, timeLeft?: number): Promise<Ending>;
  /** All that it wrote, to both streams, since this was asked last. */
  takeLog(): Buffer;
  close(): Promise<void>;
}

/** The function did not start: its settings are wrong, or the bundle is not there. */
export class FunctionStartError extends Error {
  override readonly name = 'FunctionStartError';
}

export const plainRuntime = fileURLToPath(new URL('./runtime.mjs', import.meta.url));

export async function startRuntime(program: Program): Promise<RuntimeProcess> {
  const api = await startRuntimeApi(program.environment['AWS_LAMBDA_FUNCTION_NAME']);
  const child = spawn(program.command, program.options, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: program.folder,
    env: { ...program.environment, AWS_LAMBDA_RUNTIME_API: api.address },
  });
  let log: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => log.push(part));
  const closed = once(child, 'close');
  const ended = closed.then(() => {
    throw new FunctionStartError(
      `Expected the function's process to answer; it ended. It said:\n${Buffer.concat(log).toString()}`,
    );
  });
  ended.catch(() => undefined);
  return {
    processId: child.pid ?? 0,
    started: async () => Promise.race([api.started, ended]),
    invoke: async (event, timeLeft = 30_000) => Promise.race([api.invoke(event, timeLeft), ended]),
    takeLog() {
      const taken = Buffer.concat(log);
      log = [];
      return taken;
    },
    async close() {
      child.kill();
      await closed.catch(() => undefined);
      api.close();
    },
  };
}

/** What one invocation gave: the handler's answer, or the error that it threw; and the lines that it logged. */
export type InvocationResult = { readonly log: readonly string[] } & (
  | { readonly kind: 'answered'; readonly answer: HandlerAnswer }
  | { readonly kind: 'failed'; readonly error: FunctionError }
);

const HandlerAnswer = v.object({
  /** Of `enforce-name-tag` alone. */
  launch: v.optional(v.looseObject({ kind: v.string(), reason: v.optional(v.string()) })),
  /** Of `pause` alone. */
  state: v.optional(v.picklist(['paused', 'running'])),
  /** Of `second-look` alone. */
  batchItemFailures: v.optional(v.array(v.object({ itemIdentifier: v.string() }))),
  outcomes: v.optional(
    v.array(v.looseObject({ instanceId: v.string(), outcome: v.string(), reason: v.string() })),
    [],
  ),
});
/** What the handlers of `src/functions` answer, as their invoker gets it. */
type HandlerAnswer = v.InferOutput<typeof HandlerAnswer>;

/** The built bundle, running as Lambda would run it. */
export interface FunctionProcess {
  /** @param timeLeft milliseconds until Lambda would end it */
  invoke(event: unknown, timeLeft?: number): Promise<InvocationResult>;
  close(): Promise<void>;
}

/** The functions of the bundle, by their files in `dist`, with the names that the template gives them. */
export const functionNames = {
  'enforce-name-tag': 'EnforceNameTag',
  'second-look': 'SecondLook',
  pause: 'Pause',
} as const;
export type FunctionFile = keyof typeof functionNames;

const bundleFolder = fileURLToPath(new URL('../../../dist/', import.meta.url));

/**
 * Starts a function with these settings (`MODE`, ...) and nothing else of this process's environment, so that no
 * credentials and no settings of the person at the keyboard reach it.
 *
 * @throws FunctionStartError with what the function said
 */
export async function startFunction(settings: {
  readonly file?: FunctionFile;
  readonly endpointUrl: string;
  readonly region: string;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<FunctionProcess> {
  const { file = 'enforce-name-tag', endpointUrl, region, environment } = settings;
  const runtime = await startRuntime({
    command: process.execPath,
    options: [plainRuntime, path.join(bundleFolder, `${file}.mjs`)],
    folder: bundleFolder,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_EC2: endpointUrl,
      AWS_LAMBDA_FUNCTION_NAME: functionNames[file],
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      ...environment,
    },
  });
  const error = await runtime.started();
  if (error !== undefined) {
    await runtime.close();
    throw new FunctionStartError(`${error.name}: ${error.message}`);
  }
  return {
    async invoke(event, timeLeft) {
      const ending = await runtime.invoke(JSON.stringify(event), timeLeft);
      // What the function wrote before it answered is in the pipes by now, and is read before this comes.
      await setImmediate();
      const log = runtime.takeLog().toString().trimEnd().split('\n');
      if (ending.kind === 'failed') return { ...ending, log };
      return { kind: 'answered', answer: v.parse(HandlerAnswer, JSON.parse(ending.answer)), log };
    },
    close: async () => runtime.close(),
  };
}
