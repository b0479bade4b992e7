import { build, type Plugin } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inlineSchemaKeys } from '../../build/inline-schema-keys.ts';
import { replaceModules } from '../../build/replace-modules.ts';
import { defaultProvider } from '../../build/replacements/credential-provider-node.ts';
import { randomInt } from '../../build/replacements/random-int.ts';

const bundleNothing = async (plugin: Plugin): Promise<unknown> =>
  build({ stdin: { contents: 'export {}' }, write: false, plugins: [plugin], logLevel: 'silent' });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a plugin of the build', () => {
  it('fails when a stand-in replaces nothing any more', async () => {
    await expect(bundleNothing(replaceModules('entry'))).rejects.toThrow(
      /Expected @aws-lambda-powertools\/logger to import node:crypto, but it does not\. Remove .*random-int\.ts/,
    );
  });

  it('fails when it rewrote no schema', async () => {
    await expect(bundleNothing(inlineSchemaKeys)).rejects.toThrow(
      /no dist-es\/schemas\/schemas_\*\.js was loaded/,
    );
  });
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
