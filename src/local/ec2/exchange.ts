import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Action, World } from './call.ts';
import { findAction } from './dispatch.ts';
import { Ec2Error } from './errors.ts';
import type { FaultOf } from './fault.ts';
import { answerSidePath } from './side-path.ts';
import { QueryParameters } from './query-parameters.ts';
import { errorAnswer, successAnswer } from './xml-answer.ts';

/** Characters of a request body; a thousand ids need far less. */
const maxBodyLength = 4 * 1024 * 1024;

/** One request in, one answer out: EC2's Query protocol over HTTP, with the faults that strike whole calls. */
export class Exchange {
  readonly calls = new Map<string, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#world.fleet.ids.uuid();
    try {
      const url = new URL(request.url ?? '/', 'http://endpoint');
      const body = await readBody(request);
      if (url.pathname.startsWith('/_')) {
        const side = answerSidePath(`${request.method} ${url.pathname}`, body, this.#world, this.calls);
        response.writeHead(side.status, { 'content-type': 'application/json' }).end(side.body);
        return;
      }
      const parameters = QueryParameters.parse([url.searchParams, new URLSearchParams(body)]);
      const { name, run } = findAction(parameters);
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
      const xml = await this.#run(name, run, parameters, requestId);
      if (xml === undefined) request.socket.resetAndDestroy();
      else send(response, 200, requestId, xml);
    } catch (error) {
      const refusal = error instanceof Ec2Error ? error : defect(error);
      send(response, refusal.status, requestId, errorAnswer(refusal, requestId));
    }
  }

  /** The answer, or undefined when the connection is to be reset instead. */
  async #run(
    name: string,
    run: Action,
    parameters: QueryParameters,
    requestId: string,
  ): Promise<string | undefined> {
    const { faults } = this.#world;
    const latency = faults.takeLatency(name);
    if (latency > 0) await sleep(latency, undefined, { ref: false });
    if (faults.takeReset(name, 'before')) return undefined;
    const code = faults.takeError(name);
    if (code !== undefined) throw failure(code);
    const elements = run({ parameters, requestId, world: this.#world });
    if (faults.takeReset(name, 'after')) return undefined;
    return successAnswer(name, requestId, elements);
  }
}

function failure(code: FaultOf<'error'>['code']): Ec2Error {
  switch (code) {
    case 'RequestLimitExceeded':
      return new Ec2Error(code, 'Request limit exceeded.', 503);
    case 'InternalError':
      return new Ec2Error(code, 'An internal error has occurred', 500);
    case 'Unavailable':
      return new Ec2Error(code, 'The service is unavailable. Please try again shortly.', 503);
  }
}

/** Tells the caller of a fault of the endpoint itself, in the form it can read. */
function defect(error: unknown): Ec2Error {
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Ec2Error('InternalError', `The local EC2 endpoint failed: ${told}`, 500, { cause: error });
}

function send(response: ServerResponse, status: number, requestId: string, xml: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/xml;charset=UTF-8',
      'x-amzn-requestid': requestId,
      server: 'AmazonEC2',
    })
    .end(xml);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > maxBodyLength) {
      throw new Ec2Error('InvalidRequest', `A request has at most ${maxBodyLength} characters.`, 413);
    }
  }
  return body;
}
