import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';

/**
 * A Lambda runtime of the smallest kind, as a child process: loads the bundle as Lambda would, and hands each event
 * that its parent sends to the handler. The parent is `function-process.ts`.
 */
const Invocation = v.object({ event: v.unknown(), timeLeft: v.number() });
const Module = v.object({ handler: v.function() });

/** The function is wherever its event comes from: a launch of another account or region would be refused. */
const Origin = v.fallback(v.object({ account: v.string(), region: v.string() }), {
  account: '000000000000',
  region: 'local',
});

const [, , bundle = ''] = process.argv;

try {
  const { handler } = v.parse(Module, await import(bundle));
  process.on('message', (message) => void invoke(handler, message));
  send({ kind: 'started' });
} catch (error) {
  send({ kind: 'start-failed', error: named(error) });
  process.disconnect();
}

async function invoke(handler: (...input: unknown[]) => unknown, message: unknown): Promise<void> {
  const { event, timeLeft } = v.parse(Invocation, message);
  const { account, region } = v.parse(Origin, event);
  const end = Date.now() + timeLeft;
  const requestId = crypto.randomUUID();
  const context = {
    awsRequestId: requestId,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: '$LATEST',
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${process.env['AWS_LAMBDA_FUNCTION_NAME']}`,
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  const timeOut = {
    kind: 'failed',
    error: { name: 'Sandbox.Timedout', message: `Task timed out after ${timeLeft} ms` },
  };
  const cancel = new AbortController();
  const answer = Promise.resolve(handler(event, context)).then(
    (value) => ({ kind: 'answered', answer: value ?? null }),
    (error: unknown) => ({ kind: 'failed', error: named(error) }),
  );
  const result = await Promise.race([answer, setTimeout(timeLeft, timeOut, { signal: cancel.signal })]);
  cancel.abort();
  // As Lambda does: the parent knows by this line that it has read all that the handler logged.
  process.stdout.write(`END RequestId: ${requestId}\n`);
  send({ ...result, requestId });
}

function named(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

function send(message: object): void {
  process.send?.(message);
}
