import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/** A change to source files of packages as they are bundled; the packages stay as they are. */
export interface Rewriting {
  readonly name: string;
  /** Of the files that it may change, by their paths. */
  readonly files: RegExp;
  /**
   * @param source what the rewritings before it have left
   * @param resolve the file that an import in the source leads to
   * @returns the source as it was, where there is nothing to change
   */
  rewrite(source: string, file: string, resolve: Resolve): string | Promise<string>;
}

/** The path of the file, or undefined for a module that is no file, like `node:fs`. */
export type Resolve = (specifier: string) => Promise<string | undefined>;

/**
 * Applies the rewritings in their order. One that changes nothing in the whole bundle is an error: the packages have
 * changed, and it must be looked at again.
 */
export const rewriteSources = (...rewritings: readonly Rewriting[]): Plugin => ({
  name: 'rewrite-sources',
  setup(build) {
    const idle = new Set(rewritings);
    const rewrite = async (file: string): Promise<string> => {
      const resolve: Resolve = async (specifier) => {
        const options = { kind: 'import-statement', importer: file, resolveDir: path.dirname(file) } as const;
        const { path: found, namespace, errors } = await build.resolve(specifier, options);
        return errors.length === 0 && namespace === 'file' ? found : undefined;
      };
      let source = await readFile(file, 'utf8');
      for (const rewriting of rewritings.filter(({ files }) => files.test(file))) {
        const rewritten = await rewriting.rewrite(source, file, resolve);
        if (rewritten !== source) idle.delete(rewriting);
        source = rewritten;
      }
      return source;
    };
    build.onLoad({ filter: /[\\/]node_modules[\\/].*\.js$/ }, async ({ path: file }) =>
      rewritings.some(({ files }) => files.test(file))
        ? { contents: await rewrite(file), loader: 'js' }
        : undefined,
    );
    build.onEnd(() => ({
      errors: [...idle].map(({ name, files }) => ({
        text: `Expected ${name} to rewrite some file like ${files.source}, but it changed none. Look at build/${name}.ts.`,
      })),
    }));
  },
});
