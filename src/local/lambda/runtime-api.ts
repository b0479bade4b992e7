import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';

/**
 * Lambda's Runtime API, for one function that takes one event at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export interface RuntimeApi {
  /** Host and port, as the function finds them in `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Ends when the function asks for its first event, or says that it cannot start. */
  readonly started: Promise<FunctionError | undefined>;
  /**
   * Hands over an event, in JSON, as soon as the function asks for one.
   *
   * @param timeLeft milliseconds that the function has, and is told it has
   */
  invoke(event: string, timeLeft: number): Promise<Ending>;
  close(): void;
}

/** How an invocation ended: with an answer, in JSON, or with an error. */
export type Ending =
  | { readonly kind: 'answered'; readonly answer: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

const FunctionError = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ errorType: v.string(), errorMessage: v.string() }),
  v.transform(({ errorType, errorMessage }) => ({ name: errorType, message: errorMessage })),
);
export type FunctionError = v.InferOutput<typeof FunctionError>;

interface Running {
  readonly id: string;
  readonly event: string;
  readonly deadline: number;
  readonly end: (ending: Ending) => void;
}

const Place = v.object({ account: v.string(), region: v.string() });
/** Of a message that it comes from; of the event in a record of a failed invocation. */
const Message = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    Place,
    v.pipe(
      v.object({ requestPayload: Place }),
      v.transform(({ requestPayload }) => requestPayload),
    ),
  ]),
);
const Batch = v.pipe(
  v.object({ Records: v.looseTuple([v.object({ body: Message })]) }),
  v.transform(({ Records: [first] }) => first.body),
);

/**
 * The function is wherever its event, or the first message of its batch, comes from: a launch of another account or
 * region would be refused.
 */
const Origin = v.fallback(v.pipe(v.string(), v.parseJson(), v.union([Place, Batch])), {
  account: '123456789012',
  region: 'us-east-1',
});

/** @param functionName what the function's ARN ends with */
export async function startRuntimeApi(functionName = 'EnforceNameTag'): Promise<RuntimeApi> {
  const started = Promise.withResolvers<FunctionError | undefined>();
  /** The function's request for an event, while there is none for it. */
  let asking: ServerResponse | undefined;
  /** The invocation that waits for the function or is under way. */
  let running: Running | undefined;

  const handOver = (): void => {
    if (asking === undefined || running === undefined) return;
    const { id, event, deadline } = running;
    const { account, region } = v.parse(Origin, event);
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(deadline),
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:${region}:${account}:function:${functionName}`,
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
    });
    asking.end(event);
    asking = undefined;
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, part = '', id = '', kind = ''] = (request.url ?? '').split('/runtime')[1]?.split('/') ?? [];
    if (id === 'next') {
      started.resolve(undefined);
      asking = response;
      handOver();
      return;
    }
    const body = await text(request);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (part === 'init') {
      const error = v.parse(FunctionError, body);
      started.resolve(error);
      running?.end({ kind: 'failed', error });
    } else if (id === running?.id) {
      running.end(
        kind === 'response'
          ? { kind: 'answered', answer: body }
          : { kind: 'failed', error: v.parse(FunctionError, body) },
      );
    }
  };

  const server = createServer((request, response) => void take(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  return {
    address: `127.0.0.1:${port}`,
    started: started.promise,
    async invoke(event, timeLeft) {
      const ended = Promise.withResolvers<Ending>();
      running = { id: randomUUID(), event, deadline: Date.now() + timeLeft, end: ended.resolve };
      // What the function answers to it later is of an invocation that is no more.
      const error = { name: 'Sandbox.Timedout', message: `Task timed out after ${timeLeft} ms` };
      const timer = setTimeout(() => ended.resolve({ kind: 'failed', error }), timeLeft);
      handOver();
      const ending = await ended.promise;
      clearTimeout(timer);
      running = undefined;
      return ending;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
