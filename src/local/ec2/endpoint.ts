import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { errorAnswer, successAnswer } from './answers.ts';
import type { Action, Ec2State, LaunchTemplate, RunInstancesCall } from './call.ts';
import {
  createTags,
  describeInstanceAttribute,
  modifyInstanceAttribute,
  startInstances,
  stopInstances,
} from './change-instances.ts';
import { describeInstances } from './describe-instances.ts';
import { Ec2Error } from './errors.ts';
import { failures, Faults } from './faults.ts';
import { FleetState, type Durations } from './fleet-state.ts';
import { read, treeOf } from './parameters.ts';
import { runInstances } from './run-instances.ts';
import { terminateInstances } from './terminate-instances.ts';

export interface Ec2EndpointOptions {
  /** Address to listen on; loopback by default. */
  readonly host?: string;
  /** Port to listen on; by default, or with 0, a free one. */
  readonly port?: number;
  /** With a seed the ids are the same in every run; without, random. */
  readonly seed?: string | undefined;
  readonly account?: string;
  readonly region?: string;
  readonly durations?: Partial<Durations>;
  readonly launchTemplates?: readonly LaunchTemplate[];
  /** Refuse to terminate a named instance, as the enforcer's role does; off by default. */
  readonly guardNamed?: boolean;
  /** Instances a page at most, however many the caller asks for; 1,000 by default. */
  readonly pageSize?: number;
  /** Told of every `RunInstances` call with a readable request, before the caller has the answer. */
  readonly onRunInstances?: (call: RunInstancesCall) => void;
}

/** An EC2 of its own, in this process, without an account. Give `url` to an SDK client as its endpoint. */
export interface Ec2Endpoint {
  readonly url: string;
  readonly account: string;
  readonly region: string;
  readonly fleet: FleetState;
  readonly faults: Faults;
  /** Requests received so far, by action; those that a fault struck included. */
  readonly calls: ReadonlyMap<string, number>;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

const actions: Readonly<Record<string, Action>> = {
  RunInstances: runInstances,
  DescribeInstances: describeInstances,
  TerminateInstances: terminateInstances,
  StopInstances: stopInstances,
  StartInstances: startInstances,
  CreateTags: createTags,
  DescribeInstanceAttribute: describeInstanceAttribute,
  ModifyInstanceAttribute: modifyInstanceAttribute,
};

/** @throws the system's error when the address cannot be listened on (`EADDRINUSE`, ...) */
export async function startEc2Endpoint(options: Ec2EndpointOptions = {}): Promise<Ec2Endpoint> {
  const { host = '127.0.0.1', port = 0, account = '123456789012', region = 'us-east-1' } = options;
  const { seed, durations = {} } = options;
  const ec2: Ec2State = {
    account,
    region,
    fleet: new FleetState({ region, seed, durations }),
    faults: new Faults(),
    launchTemplates: options.launchTemplates ?? [],
    guardNamed: options.guardNamed ?? false,
    pageSize: options.pageSize ?? 1_000,
    onRunInstances: options.onRunInstances ?? (() => undefined),
  };
  const calls = new Map<string, number>();
  const server = createServer((request, response) => void answer(request, response, ec2, calls));
  await once(server.listen(port, host), 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    account,
    region,
    fleet: ec2.fleet,
    faults: ec2.faults,
    calls,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** One request in, one answer out: EC2's Query protocol over HTTP. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  ec2: Ec2State,
  calls: Map<string, number>,
): Promise<void> {
  const requestId = randomUUID();
  const send = (status: number, xml: string): void => {
    const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId };
    response.writeHead(status, headers).end(xml);
  };
  try {
    const { searchParams } = new URL(request.url ?? '/', 'http://endpoint');
    const parameters = treeOf([...searchParams, ...new URLSearchParams(await text(request))]);
    const { Action: name } = read(v.object({ Action: v.string() }), parameters);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
    }
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const xml = await underFaults(name, ec2.faults, () =>
      successAnswer(name, requestId, action({ parameters, requestId, ec2 })),
    );
    if (xml === undefined) request.socket.resetAndDestroy();
    else send(200, xml);
  } catch (error) {
    const refusal = error instanceof Ec2Error ? error : defect(error);
    send(refusal.status, errorAnswer(refusal, requestId));
  }
}

/** Runs a call under the faults of whole calls: gives its answer, or undefined when the connection is to be reset. */
async function underFaults(name: string, faults: Faults, run: () => string): Promise<string | undefined> {
  const { milliseconds = 0 } = faults.take('latency', ({ action }) => action === name) ?? {};
  if (milliseconds > 0) await sleep(milliseconds, undefined, { ref: false });
  const isReset = (moment: 'before' | 'after'): boolean =>
    faults.take('reset', ({ action, when }) => action === name && when === moment) !== undefined;
  if (isReset('before')) return undefined;
  const error = faults.take('error', ({ action }) => action === name);
  if (error !== undefined) {
    const { message, status } = failures[error.code];
    throw new Ec2Error(error.code, message, status);
  }
  const xml = run();
  return isReset('after') ? undefined : xml;
}

/** Tells the caller of a fault of the endpoint itself, in the form it can read. */
function defect(cause: unknown): Ec2Error {
  return new Ec2Error('InternalError', `The local EC2 endpoint failed: ${String(cause)}`, 500, { cause });
}
