/*
 * The Node.js runtime that functions on local AWS run in, in place of MiniStack's own. Lines of JSON go both ways: the
 * first one in says where the handler is, each later one is an invocation, one at a time.
 *
 * It does what AWS documents of Lambda's: a thrown error becomes `errorType`, `errorMessage` and `trace`; the process
 * stays after it, with whatever state the error left in it; what the function prints is its log.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import * as v from 'valibot';

const Start = v.object({ code_dir: v.string(), module: v.string(), handler: v.string() });

const Invocation = v.object({
  event: v.unknown(),
  ctx: v.object({ timeout_ms: v.number(), request_id: v.string(), invoked_function_arn: v.string() }),
});

/** The line after an invocation's last one in the log; emulator_changes.py waits for it. */
const endOfLog = 'END OF LOG';

type Handler = (event: unknown, context: Context) => unknown;

// stdout is for the answers; MiniStack takes stderr as the log.
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
// The bundle writes its log by itself: see build/replacements/console.ts.
const [stdout, stderr] = [1, 2];
fs.writeSync = new Proxy(fs.writeSync, {
  apply: (write, self, [file, ...rest]: unknown[]): unknown =>
    Reflect.apply(write, self, [file === stdout ? stderr : file, ...rest]),
});

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const handler = await start(v.parse(Start, await nextMessage()));
if (handler !== undefined) {
  for (;;) {
    const result = await invoke(handler, v.parse(Invocation, await nextMessage()));
    process.stderr.write(`${endOfLog}\n`);
    reply({ status: 'ok', result });
  }
}

async function nextMessage(): Promise<unknown> {
  const line = await lines.next();
  // MiniStack has ended.
  if (line.done === true) process.exit();
  return JSON.parse(line.value);
}

function reply(message: object): void {
  answer(`${JSON.stringify(message)}\n`);
}

async function start({ code_dir: folder, module, handler: name }: v.InferOutput<typeof Start>) {
  try {
    const file = pathToFileURL(join(folder, `${module}.mjs`)).href;
    const loaded = v.parse(v.record(v.string(), v.unknown()), { ...(await import(file)) });
    const found = v.parse(
      v.custom<Handler>((value) => typeof value === 'function'),
      loaded[name],
    );
    reply({ status: 'ready', cold: true });
    return found;
  } catch (error) {
    reply({ status: 'error', error: String(error) });
    return undefined;
  }
}

async function invoke(handle: Handler, { event, ctx }: v.InferOutput<typeof Invocation>): Promise<object> {
  try {
    return { value: await handle(event, contextOf(ctx)) };
  } catch (error) {
    const {
      name: errorType,
      message: errorMessage,
      stack = '',
    } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(
      `${JSON.stringify({ level: 'ERROR', message: 'Invoke Error', errorType, errorMessage })}\n`,
    );
    return { error: { errorType, errorMessage, trace: stack.split('\n') } };
  }
}

function contextOf(ctx: v.InferOutput<typeof Invocation>['ctx']): Context {
  const deadline = Date.now() + ctx.timeout_ms;
  const { env } = process;
  return {
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'] ?? '',
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'] ?? '',
    invokedFunctionArn: ctx.invoked_function_arn,
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '',
    awsRequestId: ctx.request_id,
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '',
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: refuseCallback,
    fail: refuseCallback,
    succeed: refuseCallback,
  };
}

function refuseCallback(): never {
  throw new Error('nodejs24.x knows no callbacks; return or throw.');
}
