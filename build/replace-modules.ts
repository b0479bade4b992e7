import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** `entry`: what a start loads. `on-demand`: what is loaded when an event needs AWS. */
export type Part = 'entry' | 'on-demand';

/** A module that is not bundled as it is. */
interface Replacement {
  /** As it is imported; for a file of a package its path there, from the package's name on and without `.js`. */
  readonly module: string;
  readonly part: Part;
  /** The package whose import is meant; left out, everybody's. */
  readonly importer?: string;
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
    module: '@smithy/core/dist-es/submodules/config/node-config-provider/configLoader',
    part: 'on-demand',
    by: new URL('./replacements/config-loader.ts', import.meta.url),
  },
  {
    module: '@smithy/core/dist-es/submodules/serde/util-stream/stream-collector',
    part: 'on-demand',
    by: new URL('./replacements/stream-collector.ts', import.meta.url),
  },
  {
    module: '@smithy/core/dist-es/submodules/serde/uuid/v4',
    part: 'on-demand',
    by: new URL('./replacements/uuid.ts', import.meta.url),
  },
  {
    module: '@aws-sdk/client-ec2/dist-es/runtimeExtensions',
    part: 'on-demand',
    by: new URL('./replacements/runtime-extensions.ts', import.meta.url),
  },
  {
    module: '@aws-sdk/client-eventbridge/dist-es/runtimeExtensions',
    part: 'on-demand',
    by: new URL('./replacements/runtime-extensions.ts', import.meta.url),
  },
  {
    module: '@smithy/core/dist-es/submodules/retry/util-retry/AdaptiveRetryStrategy',
    part: 'on-demand',
    by: new URL('./replacements/unreached.ts', import.meta.url),
  },
  {
    module: '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js',
    part: 'on-demand',
    by: new URL('./replacements/unreached.ts', import.meta.url),
  },
  {
    module: '@smithy/signature-v4/dist-es/HeaderFormatter',
    part: 'on-demand',
    by: new URL('./replacements/unreached.ts', import.meta.url),
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
    module: '@aws-lambda-powertools/commons/utils/invocation-scoped',
    part: 'entry',
    by: new URL('./replacements/invocation-scoped.ts', import.meta.url),
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
    build.onResolve({ filter: /./ }, ({ path: specifier, importer }) => {
      const module =
        specifier.startsWith('.') || path.isAbsolute(specifier)
          ? inPackage(path.resolve(path.dirname(importer), specifier))
          : specifier;
      const replacement = replacements.find(
        (one) =>
          one.part === part &&
          one.module === module &&
          (one.importer === undefined ||
            importer.includes(path.join('node_modules', one.importer, path.sep))),
      );
      if (replacement === undefined) return undefined;
      unused.delete(replacement);
      return { path: fileURLToPath(replacement.by) };
    });
    build.onEnd(() => ({
      errors: [...unused].map(({ module, importer, by }) => ({
        text: `Expected ${importer ?? 'something'} to import ${module}, but it does not. Remove ${by.pathname} and its entry in build/replace-modules.ts.`,
      })),
    }));
  },
});

/** The path of a file of a package, from the package's name on. */
function inPackage(file: string): string {
  const folder = path.join('/', 'node_modules', '/');
  return file.slice(file.lastIndexOf(folder) + folder.length).replaceAll(path.sep, '/');
}
