import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets the AWS SDK get Node's modules with `process.getBuiltinModule`. At an `import`, Node makes an ES module of
 * its module and for that reads each of its exports, the lazy ones too: `node:http` has `WebSocket`, which loads all of
 * undici (tens of milliseconds), `node:process` has `stdin`, `node:fs` has `promises`. The modules are the same objects
 * either way. https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 *
 * A dynamic import of a builtin becomes the same call: as an import it would be a file of its own in the bundle, and
 * with it a second one of what both files need.
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]@(aws-sdk|smithy)[\\/]/.test(importer)
        ? { path, namespace: 'plain-builtin' }
        : undefined,
    );
    build.onLoad(
      { filter: /[\\/]node_modules[\\/]@(aws-sdk|smithy)[\\/].*\.js$/, namespace: 'file' },
      async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = source.replaceAll(/\bawait import\(("node:\w+")\)/g, 'process.getBuiltinModule($1)');
        return contents === source ? undefined : { contents, loader: 'js' };
      },
    );
    build.onLoad({ filter: /.*/, namespace: 'plain-builtin' }, ({ path }) => ({ contents: exportsOf(path) }));
  },
};

/**
 * An ES module that exports what the builtin has, by name, so that esbuild drops what nobody imports. Of a CommonJS
 * module the bundle would copy every export when it starts, a sixth of the time of loading the SDK.
 */
function exportsOf(builtin: string): string {
  const names = Object.keys(process.getBuiltinModule(builtin) ?? {}).filter((name) => name !== 'default');
  return [
    `const $builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(builtin)});`,
    'const $read = (name) => $builtin[name];',
    'export default $builtin;',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ $read(${JSON.stringify(name)});`),
  ].join('\n');
}
