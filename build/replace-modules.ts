import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** `entry`: what a start loads. `on-demand`: what is loaded when an event needs AWS. */
export type Part = 'entry' | 'on-demand';

/** A module that is not bundled as it is. */
interface Replacement {
  readonly module: string;
  readonly part: Part;
  /** The package whose import is meant. */
  readonly importer: string;
  /** The file that stands in for it, and says why. */
  readonly by: URL;
}

const replacements: readonly Replacement[] = [
  {
    module: '@aws-sdk/credential-provider-node',
    part: 'on-demand',
    importer: '@aws-sdk/client-ec2',
    by: new URL('./replacements/credential-provider-node.ts', import.meta.url),
  },
  {
    module: '@aws-sdk/credential-provider-node',
    part: 'on-demand',
    importer: '@aws-sdk/client-eventbridge',
    by: new URL('./replacements/credential-provider-node.ts', import.meta.url),
  },
  {
    module: '@smithy/core/event-streams',
    part: 'on-demand',
    importer: '@smithy/core',
    by: new URL('./replacements/event-streams.ts', import.meta.url),
  },
  {
    module: 'node:fs/promises',
    part: 'on-demand',
    importer: '@smithy/core',
    by: new URL('./replacements/shared-config-files.ts', import.meta.url),
  },
  {
    module: 'node:console',
    part: 'entry',
    importer: '@aws-lambda-powertools/logger',
    by: new URL('./replacements/console.ts', import.meta.url),
  },
  {
    module: 'node:console',
    part: 'entry',
    importer: '@aws-lambda-powertools/metrics',
    by: new URL('./replacements/console.ts', import.meta.url),
  },
  {
    module: 'node:crypto',
    part: 'entry',
    importer: '@aws-lambda-powertools/logger',
    by: new URL('./replacements/random-int.ts', import.meta.url),
  },
  {
    module: '@aws/lambda-invoke-store',
    part: 'entry',
    importer: '@aws-lambda-powertools/commons',
    by: new URL('./replacements/lambda-invoke-store.ts', import.meta.url),
  },
];

/**
 * Bundles small files in place of modules that cost much and that this function does not use. A name that the
 * importing package needs and the replacement lacks is esbuild's error "No matching export"; a replacement that no
 * longer replaces anything is an error too, so that none outlives its reason.
 */
export const replaceModules = (part: Part): Plugin => ({
  name: 'replace-modules',
  setup(build) {
    const unused = new Set(replacements.filter((one) => one.part === part));
    build.onResolve({ filter: /^(@|node:)/ }, ({ path: module, importer }) => {
      const replacement = replacements.find(
        (one) =>
          one.part === part &&
          one.module === module &&
          importer.includes(path.join('node_modules', one.importer, path.sep)),
      );
      if (replacement === undefined) return undefined;
      unused.delete(replacement);
      return { path: fileURLToPath(replacement.by) };
    });
    build.onEnd(() => ({
      errors: [...unused].map(({ module, importer, by }) => ({
        text: `Expected ${importer} to import ${module}, but it does not. Remove ${by.pathname} and its entry in build/replace-modules.ts.`,
      })),
    }));
  },
});
