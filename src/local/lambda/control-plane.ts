import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';

/** As much of Lambda's API, in this process, as `Pause` asks for: one function and one event source mapping. */
export interface LambdaEndpoint {
  /** Where it listens: `AWS_ENDPOINT_URL_LAMBDA` of a function. */
  readonly url: string;
  /** Whether the function has any concurrency. Without, Lambda hands its events to the destination `OnFailure`. */
  runsLaunches(): boolean;
  /** Whether the mapping hands messages to the function. */
  readsQueue(): boolean;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

const Concurrency = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ ReservedConcurrentExecutions: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
);
const Mapping = v.pipe(v.string(), v.parseJson(), v.object({ Enabled: v.boolean() }));
const Tags = v.pipe(v.string(), v.parseJson(), v.object({ Tags: v.record(v.string(), v.string()) }));

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export async function startLambdaEndpoint(): Promise<LambdaEndpoint> {
  let reserved: number | undefined = 5;
  let enabled = true;
  const tags = new Map<string, string>();

  const operations: Readonly<Record<string, (body: string, query: URLSearchParams) => object>> = {
    'GET concurrency': () => (reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved }),
    'PUT concurrency': (body) => {
      reserved = v.parse(Concurrency, body).ReservedConcurrentExecutions;
      return { ReservedConcurrentExecutions: reserved };
    },
    'DELETE concurrency': () => {
      reserved = undefined;
      return {};
    },
    'GET event-source-mappings': () => ({ State: enabled ? 'Enabled' : 'Disabled' }),
    'PUT event-source-mappings': (body) => {
      enabled = v.parse(Mapping, body).Enabled;
      return { State: enabled ? 'Enabling' : 'Disabling' };
    },
    'GET tags': () => ({ Tags: Object.fromEntries(tags) }),
    'POST tags': (body) => {
      for (const [key, value] of Object.entries(v.parse(Tags, body).Tags)) tags.set(key, value);
      return {};
    },
    'DELETE tags': (_, query) => {
      for (const key of query.getAll('tagKeys')) tags.delete(key);
      return {};
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url: target = '' } = request;
    const { pathname, searchParams } = new URL(target, 'http://127.0.0.1');
    const [, part = ''] = /(concurrency|event-source-mappings|tags)(?:\/|$)/.exec(pathname) ?? [];
    const operation = operations[`${method} ${part}`];
    const send = (status: number, content: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (operation === undefined) send(400, { Message: `Not known here: ${method} ${target}` });
    else send(200, operation(await text(request), searchParams));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    runsLaunches: () => reserved !== 0,
    readsQueue: () => enabled,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
