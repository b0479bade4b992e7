import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Lambda's Runtime API, for one function: it is asked for the next invocation, and told how each ended.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export interface RuntimeApi {
  /** Host and port, as the function finds them in `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Hands over an event, in JSON, as soon as it is asked for. */
  invoke(event: string): Promise<Ending>;
  close(): void;
}

/** How an invocation ended, with what the function said, in JSON. */
export interface Ending {
  readonly kind: 'answer' | 'error';
  readonly body: string;
}

/** Milliseconds that the function is told it has. */
const TIME_LEFT = 30_000;

interface Invocation {
  readonly event: string;
  readonly end: (ending: Ending) => void;
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let queued: Invocation | undefined;
  let running: Invocation | undefined;

  const hand = (): void => {
    if (waiting === undefined || queued === undefined) return;
    running = queued;
    waiting.writeHead(200, headers()).end(running.event);
    waiting = queued = undefined;
  };

  const end = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    // An error before the first event, `init/error`, ends the event that waits.
    const ended = running ?? queued;
    running = queued = undefined;
    ended?.end({ kind: request.url?.endsWith('/response') === true ? 'answer' : 'error', body });
  };

  const server = createServer((request, response) => {
    if (request.url?.endsWith('/invocation/next') === true) {
      waiting = response;
      hand();
    } else {
      void end(request, response);
    }
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('Expected the server to have a port.');
  return {
    address: `127.0.0.1:${address.port}`,
    invoke: async (event) =>
      new Promise((ended) => {
        queued = { event, end: ended };
        hand();
      }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function headers(): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': crypto.randomUUID(),
    'lambda-runtime-deadline-ms': String(Date.now() + TIME_LEFT),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:EnforceNameTag',
    'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
  };
}
