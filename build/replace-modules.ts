import path from 'node:path';
import type { Plugin } from 'esbuild';

/** A module that is not bundled as it is, and the file of `build/replacements` that stands in for it; the file says why. */
interface Replacement {
  readonly module: string;
  /** The package whose import is meant. */
  readonly importer: string;
  readonly by: string;
}

const replacements: readonly Replacement[] = [
  {
    module: '@aws-sdk/credential-provider-node',
    importer: '@aws-sdk/client-ec2',
    by: 'credential-provider-node.ts',
  },
  { module: '@smithy/core/event-streams', importer: '@smithy/core', by: 'event-streams.ts' },
  { module: 'node:crypto', importer: '@aws-lambda-powertools/logger', by: 'random-int.ts' },
  {
    module: '@aws/lambda-invoke-store',
    importer: '@aws-lambda-powertools/commons',
    by: 'lambda-invoke-store.ts',
  },
];

/**
 * Bundles small files in place of modules that cost much and that this function does not use. A name that the
 * importing package needs and the replacement lacks is esbuild's error "No matching export"; a replacement that no
 * longer replaces anything is an error too, so that none outlives its reason.
 */
export const replaceModules: Plugin = {
  name: 'replace-modules',
  setup(build) {
    const unused = new Set(replacements);
    build.onResolve({ filter: /^(@|node:)/ }, ({ path: module, importer }) => {
      const replacement = replacements.find(
        (one) =>
          one.module === module && importer.includes(path.join('node_modules', one.importer, path.sep)),
      );
      if (replacement === undefined) return undefined;
      unused.delete(replacement);
      return { path: path.join(import.meta.dirname, 'replacements', replacement.by) };
    });
    build.onEnd(() => ({
      errors: [...unused].map(({ module, importer, by }) => ({
        text: `Expected ${importer} to import ${module}, but it does not. Remove build/replacements/${by} and its entry.`,
      })),
    }));
  },
};
