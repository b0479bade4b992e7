import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A proxy before local AWS that notes what is called, as IAM names it. */
export interface CallRecorder {
  readonly url: string;
  /** `sqs:ReceiveMessage`, each once, in order of the alphabet. */
  readonly actions: () => string[];
  readonly close: () => Promise<void>;
}

/** @param upstream of a service by the name that signatures have for it */
export async function startCallRecorder(upstream: (service: string) => string): Promise<CallRecorder> {
  const actions = new Set<string>();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const service = serviceOf(request);
      actions.add(iamAction(service, operationOf(request, body)));
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const answer = await fetch(`${upstream(service)}${request.url ?? '/'}`, {
        method: request.method ?? 'POST',
        headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      const {
        'content-encoding': ____,
        'transfer-encoding': _____,
        ...kept
      } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, kept);
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    actions: () => [...actions].toSorted(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function serviceOf({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
}

/** The operation's name, wherever the service's protocol puts it. */
function operationOf({ headers, url = '', method }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const byPath = /\/operation\/(\w+)$/.exec(url)?.[1];
  if (byPath !== undefined) return byPath;
  const inForm = new URLSearchParams(body.toString()).get('Action');
  if (inForm !== null) return inForm;
  // Lambda's operations are paths: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
  const { pathname } = new URL(url, 'http://localhost');
  if (method === 'GET' && pathname.includes('/event-source-mappings/')) return 'GetEventSourceMapping';
  if (method === 'GET' && /\/tags\/[^/]+$/.test(pathname)) return 'ListTags';
  const path = pathname.split('/').at(-1) ?? '';
  return lambdaOperations.get(`${method} ${path}`) ?? `${method} ${url}`;
}

const lambdaOperations: ReadonlyMap<string, string> = new Map([
  ['POST invocations', 'Invoke'],
  ['GET configuration', 'GetFunctionConfiguration'],
  ['GET concurrency', 'GetFunctionConcurrency'],
  ['GET event-invoke-config', 'GetFunctionEventInvokeConfig'],
  ['GET policy', 'GetPolicy'],
]);

/** Where IAM names an action otherwise than the API its operation. */
function iamAction(service: string, operation: string): string {
  const prefix = service === 'monitoring' ? 'cloudwatch' : service;
  const action = `${prefix}:${operation}`;
  switch (action) {
    case 'lambda:Invoke':
      return 'lambda:InvokeFunction';
    case 'sqs:ChangeMessageVisibilityBatch':
      return 'sqs:ChangeMessageVisibility';
    default:
      return action;
  }
}
