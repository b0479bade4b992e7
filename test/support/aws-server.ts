import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request of an AWS SDK client. */
export interface AwsRequest {
  /** As the signature names it: `ec2`, `s3`, `cloudtrail`, ... */
  readonly service: string;
  readonly region: string;
  /** The operation, where the protocol names it apart from the path: `DescribeRegions`, `LookupEvents`, ... */
  readonly action: string | undefined;
  readonly url: URL;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly body: string;
}

export interface AwsAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Cut the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Send nothing more after so many bytes of the body, and keep the connection. */
  readonly stallAfter?: number;
}

/** AWS on loopback, for tests of what the embedded EC2 endpoint is not made for. */
export interface AwsServer {
  readonly url: string;
  readonly requests: readonly AwsRequest[];
  close(): Promise<void>;
}

/** @param answer to a signed request */
export async function startAwsServer(
  answer: (request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>,
): Promise<AwsServer> {
  const requests: AwsRequest[] = [];
  const server = createServer((incoming, response) => {
    void respond(incoming, response);
  });
  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const request = await readRequest(incoming);
      requests.push(request);
      send(response, await answer(request));
    } catch (error) {
      send(response, { status: 500, body: String(error) });
    }
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<AwsRequest> {
  const body = await text(incoming);
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? '');
  const target = incoming.headers['x-amz-target'];
  return {
    service: scope?.[2] ?? 'unsigned',
    region: scope?.[1] ?? 'unsigned',
    action:
      typeof target === 'string'
        ? target.split('.').at(-1)
        : (new URLSearchParams(body).get('Action') ?? undefined),
    url: new URL(incoming.url ?? '/', 'http://127.0.0.1'),
    headers: incoming.headers,
    body,
  };
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, body, cutAfter, stallAfter }: AwsAnswer,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
  if (stallAfter !== undefined) {
    response.write(bytes.subarray(0, stallAfter));
    return;
  }
  if (cutAfter === undefined) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, cutAfter), () => {
    // The bytes written so far have to arrive before the reset does.
    setTimeout(() => response.destroy(), 50);
  });
}
