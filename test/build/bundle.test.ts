import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../build/bundle.ts';
import { budgets, contentsOf, loadedWith, partSizes } from '../../build/sizes.ts';
import { startEc2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { startEventBridge } from '../support/event-bridge.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { runBundle } from '../support/run-bundle.ts';

const named = launchEvent({ requestTags: [{ key: 'Name', value: 'web-1' }] });
const nameless = launchEvent();

/** Nothing listens there, and nothing is asked of it in time. */
const noEc2 = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:9' };

/** What lies behind lazy exports of `node:http` and `node:process`, undici above all. */
const loadedForNothing = new Set(['http2', 'worker_threads', 'perf_hooks', 'zlib', 'readline']);

const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

describe('the bundle', () => {
  let built: Bundle;

  beforeAll(async () => {
    built = await bundle();
  });

  it('keeps to its size budgets', () => {
    const parts = partSizes(built);

    expect(budgets).toEqual({
      entry: 30_000,
      secondLook: 60_000,
      ec2: 220_000,
      eventBus: 60_000,
      queue: 60_000,
      members: 30_000,
      pause: 290_000,
      package: 200_000,
    });
    expect(parts.map(({ part }) => part)).toEqual([
      'entry',
      'second look entry',
      'EC2 chunk',
      'event bus chunk',
      'queue chunk',
      'members chunk',
      'pause',
      'package, zipped',
    ]);
    expect(parts.filter(({ bytes, budget }) => bytes > budget)).toEqual([]);
  });

  it('has no code of the AWS SDK in what a start loads', () => {
    const packages = [...contentsOf(built, loadedWith(built, 'enforce-name-tag')).keys()];

    expect(packages).toContain('valibot');
    expect(packages.filter((name) => /^@(aws-sdk|smithy|aws)\//.test(name))).toEqual([]);
    expect([...contentsOf(built, loadedWith(built, 'ec2-fleet')).keys()]).toContain('@aws-sdk/client-ec2');
  });

  it('needs nothing but Node.js beside it', () => {
    const own = new Set(built.files.map(({ name }) => name));
    const imported = Object.values(built.outputs).flatMap((output) => output.imports);

    const foreign = imported
      .filter(({ path: file, kind }) => kind === 'import-statement' && !own.has(path.basename(file)))
      .map(({ path: file }) => file);
    expect(foreign.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it('is the same when built again', async () => {
    const again = await bundle();

    expect(again.files).toEqual(built.files);
  });

  it('loads its entry for a compliant launch, and nothing else, of Node.js neither', async () => {
    const { modules, result, error } = await runBundle(named);

    expect(error).toBeUndefined();
    expect(result).toMatchObject({ outcomes: [{ outcome: 'spared', reason: 'named-at-launch' }] });
    expect(modules.toSorted()).toEqual(loadedWith(built, 'enforce-name-tag').toSorted());
  });

  it('loads the EC2 client for a nameless launch, without what Node.js would load for nothing', async () => {
    const { modules, error } = await runBundle(nameless, { ...noEc2, ...credentials }, 1_500);

    expect(error?.name).toBe('UnsettledInstancesError');
    expect(modules).toEqual(expect.arrayContaining([loadedWith(built, 'ec2-fleet')[0], 'https', 'crypto']));
    expect(modules.filter((name) => loadedForNothing.has(name))).toEqual([]);
    expect(modules).not.toContain(loadedWith(built, 'event-bus')[0]);
  });

  it('loads the client of EventBridge after a kill, with nothing on top that its own file does not name', async () => {
    const ec2 = await startEc2Endpoint({ region: 'eu-west-1' });
    const bridge = await startEventBridge();
    ec2.fleet.add({ instances: [{ instanceId: 'i-0123456789abcdef0', tags: [] }] });
    const kill = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_EC2: ec2.url, ...credentials };

    const untold = await runBundle(nameless, kill);
    ec2.fleet.add({ instances: [{ instanceId: 'i-0123456789abcdef1', tags: [] }] });
    const told = await runBundle(launchEvent({ instances: [launchedItem('i-0123456789abcdef1')] }), {
      ...kill,
      EVENT_BUS_NAME: 'default',
      AWS_ENDPOINT_URL_EVENTBRIDGE: bridge.url,
    });
    await Promise.all([ec2.close(), bridge.close()]);

    expect(untold.error).toBeUndefined();
    const onTop = told.modules.filter((name) => !untold.modules.includes(name));
    expect(onTop).toContain(loadedWith(built, 'event-bus')[0]);
    expect(loadedWith(built, 'event-bus')).toEqual(expect.arrayContaining(onTop));
    expect(bridge.entries).toHaveLength(1);
  });

  it('makes the calls of a kill over one connection, which it keeps', async () => {
    const item = '<item><instanceId>i-0123456789abcdef0</instanceId>';
    const answers = new Map([
      [
        'DescribeInstances',
        `<reservationSet><item><instancesSet>${item}<instanceState><name>running</name></instanceState></item></instancesSet></item></reservationSet>`,
      ],
      [
        'TerminateInstances',
        `<instancesSet>${item}<currentState><name>shutting-down</name></currentState></item></instancesSet>`,
      ],
    ]);
    const asked: string[] = [];
    let connections = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const action = new URLSearchParams(await text(request)).get('Action') ?? '';
      asked.push(action);
      response.end(`<${action}Response>${answers.get(action)}</${action}Response>`);
    };
    const server = createServer((request, response) => void answer(request, response));
    server.on('connection', () => (connections += 1));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = v.parse(v.object({ port: v.number() }), server.address());

    const { result } = await runBundle(nameless, {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}`,
      ...credentials,
    });
    server.close();
    server.closeAllConnections();

    expect(result).toMatchObject({ outcomes: [{ outcome: 'terminated' }] });
    expect(asked).toEqual(['DescribeInstances', 'TerminateInstances']);
    expect(connections).toBe(1);
  });

  it.for([
    ['breaks off, and asks again', true, 2],
    ['never ends, and is not held up by it', false, 1],
  ] as const)('takes no part of an answer that %s', async ([, breaksOff, calls]) => {
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-length': 5_000 });
      response.write('<DescribeInstancesResponse><reservationSet/>');
      if (breaksOff) setTimeout(() => request.socket.destroy(), 10);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = v.parse(v.object({ port: v.number() }), server.address());
    const ec2 = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}`, ...credentials };

    const { error } = await runBundle(nameless, ec2, 3_000);
    server.close();
    server.closeAllConnections();

    expect(error?.message).toMatch(/deferred: out-of-time|failed: unreadable/);
    expect(asked).toBeGreaterThanOrEqual(calls);
  });

  it('says which variables are missing when there are no credentials', async () => {
    const { error } = await runBundle(nameless, noEc2);

    expect(error?.message).toContain(
      'Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
    );
  });
});
