import { PassThrough, Readable } from 'node:stream';
import {
  loadConfig as loadConfigOfSdk,
  NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../build/replacements/config-loader.ts';
import { defaultProvider } from '../../build/replacements/credential-provider-node.ts';
import { InvocationScoped } from '../../build/replacements/invocation-scoped.ts';
import { randomInt } from '../../build/replacements/random-int.ts';
import { resolveRuntimeExtensions } from '../../build/replacements/runtime-extensions.ts';
import { streamCollector } from '../../build/replacements/stream-collector.ts';
import { AdaptiveRetryStrategy, HeaderFormatter, Sha256Js } from '../../build/replacements/unreached.ts';
import { bindV4 } from '../../build/replacements/uuid.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the stand-in for the credential providers', () => {
  it('takes the credentials that Lambda puts into the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');

    const found = await defaultProvider()();

    expect(found).toMatchObject({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' });
  });
});

describe('the stand-in for randomInt', () => {
  it('draws every whole number from the first up to the second', () => {
    const drawn = new Set(Array.from({ length: 1_000 }, () => randomInt(0, 4)));

    expect(drawn).toEqual(new Set([0, 1, 2, 3]));
  });
});

function missing(): never {
  throw new Error('Region is missing');
}

describe('the stand-in for the settings loader', () => {
  const setting = {
    environmentVariableSelector: (environment: Readonly<Record<string, string | undefined>>) => {
      if (environment['SOME_SETTING'] === 'wrong') throw new TypeError('not understood');
      return environment['SOME_SETTING'];
    },
  };

  it('takes the environment before the default', async () => {
    vi.stubEnv('SOME_SETTING', 'from the environment');

    await expect(loadConfig({ ...setting, default: 'default' })()).resolves.toBe('from the environment');
  });

  it.for([
    ['is not there', undefined],
    ['is not understood', 'wrong'],
  ] as const)('takes the default for a variable that %s', async ([, value]) => {
    vi.stubEnv('SOME_SETTING', value);

    await expect(loadConfig({ ...setting, default: 'default' })()).resolves.toBe('default');
    await expect(loadConfig({ ...setting, default: () => 'made' })()).resolves.toBe('made');
  });

  it('fails as the default fails: without a region there is nothing to ask', async () => {
    await expect(loadConfig({ ...setting, default: missing })()).rejects.toThrow('Region is missing');
  });

  it('reads each setting once', async () => {
    const make = vi.fn<() => string>(() => 'made');
    const load = loadConfig({ ...setting, default: make });

    await Promise.all([load(), load()]);

    expect(make).toHaveBeenCalledTimes(1);
  });

  it('reads again what failed', async () => {
    const make = vi.fn<() => string>(() => 'made');
    make.mockImplementationOnce(missing);
    const load = loadConfig({ ...setting, default: make });

    await expect(load()).rejects.toThrow('Region is missing');
    await expect(load()).resolves.toBe('made');
  });
});

describe("the stand-in for the settings loader, with the SDK's own settings", () => {
  it.for(
    [undefined, 'true', 'false', 'yes', ''].flatMap((value) => [
      ['AWS_USE_FIPS_ENDPOINT', NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, value] as const,
      ['AWS_USE_DUALSTACK_ENDPOINT', NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS, value] as const,
    ]),
  )('reads %s as the SDK does: %o is %s', async ([variable, setting, value]) => {
    vi.stubEnv(variable, value);
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');

    await expect(loadConfig(setting)()).resolves.toBe(await loadConfigOfSdk(setting)());
  });
});

describe('the stand-in for the stream collector', () => {
  it('collects every byte in its order', async () => {
    const parts = ['<a>', 'é', '', '</a>'].map((text) => Buffer.from(text));

    await expect(streamCollector(Readable.from(parts))).resolves.toEqual(Buffer.from('<a>é</a>'));
    await expect(streamCollector(Readable.from([]))).resolves.toHaveLength(0);
  });

  it('fails as the stream fails, so that half an answer is none', async () => {
    const stream = new PassThrough();
    const collected = streamCollector(stream);
    stream.write('<half');
    stream.destroy(new Error('aborted'));

    await expect(collected).rejects.toThrow('aborted');
  });

  it('fails when the stream is closed without an end, before or after', async () => {
    const stream = new PassThrough();
    const collected = streamCollector(stream);
    stream.write('<half');
    stream.destroy();

    await expect(collected).rejects.toThrow('The answer broke off.');
    await expect(streamCollector(stream)).rejects.toThrow('The answer broke off.');
  });
});

describe('the stand-in for UUIDs', () => {
  it('makes a new one of version 4 each time', () => {
    const make = bindV4();
    const made = Array.from({ length: 100 }, () => make());

    expect(new Set(made).size).toBe(100);
    for (const id of made)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});

describe('the stand-in for runtime extensions', () => {
  it('leaves the settings as they are', () => {
    const settings = { region: 'eu-west-1' };

    expect(resolveRuntimeExtensions(settings, [])).toBe(settings);
  });

  it('refuses an extension, which it would drop', () => {
    expect(() => resolveRuntimeExtensions({}, [{}])).toThrow(/no runtime extensions/);
  });
});

describe('the stand-in for what belongs to one invocation', () => {
  it('holds one value, made when it is first asked for and again after a reset', () => {
    const scoped = new InvocationScoped<string[]>('tags', { fresh: () => [] });
    scoped.get().push('first');

    expect(scoped.get()).toEqual(['first']);
    expect(scoped.getShared()).toBe(scoped.get());
    scoped.reset();
    expect(scoped.get()).toEqual([]);
  });

  it('begins with its initial value, keeps what is set, and goes back at a reset', () => {
    const scoped = new InvocationScoped<number | undefined>('time', { initial: 1 });

    expect(scoped.get()).toBe(1);
    scoped.set(undefined);
    expect(scoped.get()).toBeUndefined();
    scoped.setShared(3);
    expect(scoped.get()).toBe(3);
    scoped.reset();
    expect(scoped.get()).toBe(1);
  });
});

describe('a part of the SDK that is never reached', () => {
  it.for([
    ['adaptive retries', AdaptiveRetryStrategy],
    ['SHA-256 in JavaScript', Sha256Js],
    ['signed event streams', () => new HeaderFormatter().format()],
  ] as const)('says so when it is reached: %s', ([part, reach]) => {
    expect(reach).toThrow(`The bundle has no ${part}`);
  });
});
