import type { Context } from 'aws-lambda';
import * as v from 'valibot';
import { afterEach, beforeEach, vi } from 'vitest';
import type * as enforceNameTag from '../../src/functions/enforce-name-tag.ts';
import type * as secondLook from '../../src/functions/second-look.ts';
import { catchStandardOutput } from './standard-output.ts';
import { type Ec2Endpoint, startEc2Endpoint } from '../../src/local/ec2/endpoint.ts';

export const account = '111122223333';
export const nameless = 'i-00000000000000001';
export const named = 'i-00000000000000002';

/** The handlers in the test's own process, with an EC2 that holds the two instances above, and what it wrote. */
export interface LoadedHandler {
  readonly ec2: Ec2Endpoint;
  /** The handler for launches as Lambda would load it, with these settings. */
  readonly load: (settings?: Settings) => Promise<typeof enforceNameTag.handler>;
  /** The handler for second looks, likewise. */
  readonly loadSecondLook: (settings?: Settings) => Promise<typeof secondLook.handler>;
  /** All that was written, text by text. */
  readonly written: readonly string[];
  readonly logLines: (message: string) => unknown[];
  /** The values of every metric that was published. */
  readonly metrics: () => Record<string, unknown>;
}

type Settings = Readonly<Record<string, string>>;

/** Registers what it takes before and after each test of a file, and gives what each test needs. */
export function useHandler(): LoadedHandler {
  let endpoint: Ec2Endpoint | undefined;
  let written: string[] = [];

  beforeEach(async () => {
    endpoint = await startEc2Endpoint({ account, region: 'eu-west-1' });
    endpoint.fleet.add({ instances: [{ instanceId: nameless, tags: [] }] });
    endpoint.fleet.add({ instances: [{ instanceId: named, tags: [{ key: 'Name', value: 'web' }] }] });
    vi.stubEnv('AWS_ENDPOINT_URL_EC2', endpoint.url);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    // Vitest sets it to "test".
    vi.stubEnv('MODE', undefined);
    written = [];
    catchStandardOutput((line) => written.push(line));
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    vi.resetModules();
    await endpoint?.close();
  });

  const lines = () => written.map((line) => v.parse(Line, JSON.parse(line)));
  return {
    get ec2() {
      if (endpoint === undefined) throw new Error('Expected a test to run.');
      return endpoint;
    },
    get written() {
      return written;
    },
    async loadSecondLook(settings = {}) {
      set(settings);
      const { handler } = await import('../../src/functions/second-look.ts');
      return handler;
    },
    async load(settings = {}) {
      set(settings);
      const { handler } = await import('../../src/functions/enforce-name-tag.ts');
      return handler;
    },
    logLines: (message) => lines().filter((line) => line['message'] === message),
    metrics: () =>
      Object.fromEntries(
        lines()
          .filter((line) => '_aws' in line)
          .flatMap((line) => Object.entries(line)),
      ),
  };
}

function set(settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.resetModules();
}

const Line = v.record(v.string(), v.unknown());

/** @param timeLeft milliseconds until Lambda would end the invocation */
export function context(timeLeft = 30_000): Context {
  const end = Date.now() + timeLeft;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'EnforceNameTag',
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:${account}:function:EnforceNameTag`,
    memoryLimitInMB: '256',
    awsRequestId: '8e6d6d0d-0a6c-4e0a-8a0c-1f6d6c0f8a11',
    logGroupName: 'log-group',
    logStreamName: 'log-stream',
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
