import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { FunctionLog } from './function-log.ts';

/** What one invocation gave: the handler's answer, or the error that it threw; and the lines that it logged. */
export type Invocation = { readonly log: readonly string[] } & (
  | { readonly kind: 'answered'; readonly answer: HandlerAnswer }
  | { readonly kind: 'failed'; readonly error: { readonly name: string; readonly message: string } }
);

const AnswerSchema = v.object({
  launch: v.looseObject({ kind: v.string(), reason: v.optional(v.string()) }),
  outcomes: v.array(v.object({ instanceId: v.string(), outcome: v.string(), reason: v.string() })),
});

/** What the handler of `src/functions/enforce-name-tag.ts` answers, as its invoker gets it. */
export type HandlerAnswer = v.InferOutput<typeof AnswerSchema>;

const ErrorSchema = v.object({ name: v.string(), message: v.string() });
const Started = v.variant('kind', [
  v.object({ kind: v.literal('started') }),
  v.object({ kind: v.literal('start-failed'), error: ErrorSchema }),
]);
const Answered = v.variant('kind', [
  v.object({ kind: v.literal('answered'), requestId: v.string(), answer: AnswerSchema }),
  v.object({ kind: v.literal('failed'), requestId: v.string(), error: ErrorSchema }),
]);

/** The built bundle, running as Lambda would run it: a process of its own, warm until it is closed. */
export interface FunctionProcess {
  /**
   * Invokes the function, one event at a time.
   *
   * @param timeLeft milliseconds until Lambda would end it
   */
  invoke(event: unknown, timeLeft?: number): Promise<Invocation>;
  close(): Promise<void>;
}

/** The function did not start: its settings are wrong, or the bundle is not there. */
export class FunctionStartError extends Error {
  override readonly name = 'FunctionStartError';
}

const runtime = fileURLToPath(new URL('./runtime.ts', import.meta.url));
const bundle = new URL('../../../dist/enforce-name-tag.mjs', import.meta.url).href;

/**
 * Starts the function with these settings (`MODE`, ...) and nothing else of this process's environment, so that no
 * credentials and no settings of the person at the keyboard reach it.
 *
 * @throws FunctionStartError with what the function said
 */
export async function startFunction(settings: {
  readonly endpointUrl: string;
  readonly region: string;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<FunctionProcess> {
  const child = fork(runtime, [bundle], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      AWS_REGION: settings.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_EC2: settings.endpointUrl,
      AWS_LAMBDA_FUNCTION_NAME: 'EnforceNameTag',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      ...settings.environment,
    },
  });
  const log = new FunctionLog();
  child.stdout?.on('data', (text: Buffer) => log.add(text));
  child.stderr?.on('data', (text: Buffer) => log.add(text));

  const next = async (): Promise<unknown> => {
    const gone = new AbortController();
    const exited = once(child, 'exit', gone).then(() => {
      throw new FunctionStartError(
        `Expected the function's process to answer; it ended. It said:\n${log.text()}`,
      );
    });
    try {
      const message = once(child, 'message', gone).then(([first]: unknown[]) => first);
      return await Promise.race([message, exited]);
    } finally {
      gone.abort();
      exited.catch(() => undefined);
    }
  };

  const start = v.parse(Started, await next());
  if (start.kind === 'start-failed') {
    throw new FunctionStartError(`${start.error.name}: ${start.error.message}`, { cause: start.error });
  }
  return {
    async invoke(event, timeLeft = 30_000) {
      const answer = next();
      child.send({ event, timeLeft });
      const { requestId, ...result } = v.parse(Answered, await answer);
      return { ...result, log: await log.takeUntil(`END RequestId: ${requestId}`) };
    },
    async close() {
      const running = child.exitCode === null && child.signalCode === null;
      const exited = running ? once(child, 'exit') : undefined;
      child.kill();
      await exited;
    },
  };
}
