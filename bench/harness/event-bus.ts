import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** An EventBridge that takes every event. */
export interface EventBusSite {
  readonly url: string;
  /** Calls so far. */
  readonly calls: () => number;
  close(): void;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export async function openEventBus(): Promise<EventBusSite> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    void take(request, response);
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('Expected the server to have a port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls: () => calls,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await text(request);
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(`{"FailedEntryCount":0,"Entries":[{"EventId":"${crypto.randomUUID()}"}]}`);
}
