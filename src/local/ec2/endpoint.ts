import { createServer, type Server } from 'node:http';
import type { Clock } from '../../enforcer/clock.ts';
import type { RunInstancesCall, World } from './call.ts';
import { ClientTokens } from './client-tokens.ts';
import { Exchange } from './exchange.ts';
import { Faults } from './faults.ts';
import { FleetState } from './fleet-state.ts';
import { idSource } from './ids.ts';
import { defaultDurations, type Durations } from './instance.ts';
import type { LaunchTemplate } from './launch-templates.ts';

export interface Ec2EndpointOptions {
  /** Address to listen on; loopback by default. */
  readonly host?: string;
  /** Port to listen on; by default, or with 0, a free one. */
  readonly port?: number;
  /** With a seed the ids are the same in every run; without, random. */
  readonly seed?: string;
  readonly account?: string;
  readonly region?: string;
  /** The clock that instances live by. The latency of a fault is real time all the same. */
  readonly clock?: Pick<Clock, 'now'>;
  readonly durations?: Partial<Durations>;
  readonly launchTemplates?: readonly LaunchTemplate[];
  /** Refuse to terminate a named instance, as the enforcer's role does; off by default. */
  readonly guardNamed?: boolean;
  /** Instances a page when the caller does not say; 1,000 by default. */
  readonly pageSize?: number;
  /** Instances one launch may start; 10,000 by default. */
  readonly launchLimit?: number;
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

/** @throws the system's error when the address cannot be listened on (`EADDRINUSE`, ...) */
export async function startEc2Endpoint(options: Ec2EndpointOptions = {}): Promise<Ec2Endpoint> {
  const { host = '127.0.0.1', port = 0, account = '123456789012', region = 'us-east-1' } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const ids = idSource(options.seed);
  const world: World = {
    account,
    fleet: new FleetState({ region, ids, clock, durations: { ...defaultDurations, ...options.durations } }),
    faults: new Faults(clock),
    clientTokens: new ClientTokens(),
    launchTemplates: options.launchTemplates ?? [],
    guardNamed: options.guardNamed ?? false,
    pageSize: options.pageSize ?? 1_000,
    launchLimit: options.launchLimit ?? 10_000,
    onRunInstances: options.onRunInstances ?? (() => undefined),
  };
  const exchange = new Exchange(world);
  const server = createServer((request, response) => {
    void exchange.answer(request, response);
  });
  const url = await listen(server, host, port);
  return {
    url,
    account,
    region,
    fleet: world.fleet,
    faults: world.faults,
    calls: exchange.calls,
    close: async () => close(server),
  };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
