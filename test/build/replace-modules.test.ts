import { build, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { inlineSchemaKeys } from '../../build/inline-schema-keys.ts';
import { replaceModules } from '../../build/replace-modules.ts';
import { rewriteSources } from '../../build/rewrite-sources.ts';

const bundleNothing = async (plugin: Plugin): Promise<unknown> =>
  build({ stdin: { contents: 'export {}' }, write: false, plugins: [plugin], logLevel: 'silent' });

describe('a plugin of the build', () => {
  it('fails when a stand-in replaces nothing any more', async () => {
    await expect(bundleNothing(replaceModules('entry'))).rejects.toThrow(
      /Expected @aws-lambda-powertools\/logger to import node:crypto, but it does not\. Remove .*random-int\.ts/,
    );
  });

  it('fails when a rewriting changes nothing any more', async () => {
    await expect(bundleNothing(rewriteSources(inlineSchemaKeys))).rejects.toThrow(
      /Expected inline-schema-keys to rewrite some file like .*schemas.*, but it changed none\. Look at build\/inline-schema-keys\.ts/,
    );
  });
});
