import type { Plugin } from 'esbuild';
import type { Rewriting } from './rewrite-sources.ts';
import { sdkFiles } from './sdk-files.ts';

/**
 * Lets the AWS SDK get Node's modules with `process.getBuiltinModule`. At an `import`, Node makes an ES module of
 * its module and for that reads each of its exports, the lazy ones too: `node:http` has `WebSocket`, which loads all of
 * undici (tens of milliseconds), `node:process` has `stdin`, `node:fs` has `promises`. The modules are the same objects
 * either way. https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      sdkFiles.test(importer) ? { path, namespace: 'plain-builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'plain-builtin' }, ({ path }) => ({ contents: exportsOf(path) }));
  },
};

/**
 * The same for `await import("node:http")`: as an import it would be a file of its own in the bundle, and with it a
 * second one of what both files need.
 */
export const plainDynamicImports: Rewriting = {
  name: 'plain-builtins',
  files: sdkFiles,
  rewrite: (source) => source.replaceAll(/\bawait import\(("node:\w+")\)/g, 'process.getBuiltinModule($1)'),
};

/**
 * An ES module that exports what the builtin has, by name, so that esbuild drops what nobody imports. Of a CommonJS
 * module the bundle would copy every export when it starts, a sixth of the time of loading the SDK.
 *
 * A class or function that Node itself loads when it is first read, like `ReadStream` of `node:fs` with all of
 * `node:fs/promises`, or `getRandomValues` of `node:crypto` with all of Web Crypto, is read when it is first used. The
 * SDK imports both, and this function uses neither.
 */
function exportsOf(builtin: string): string {
  const module = process.getBuiltinModule(builtin) ?? {};
  const properties = Object.entries(Object.getOwnPropertyDescriptors(module)).filter(
    ([name, { enumerable }]) => enumerable === true && name !== 'default',
  );
  return [
    `const $builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(builtin)});`,
    'const $read = (name) => $builtin[name];',
    `const $later = (name) => new Proxy(function () {}, {
      get: (_, key) => Reflect.get($builtin[name], key),
      apply: (_, self, values) => Reflect.apply($builtin[name], self, values),
      construct: (_, values, made) => Reflect.construct($builtin[name], values, made),
    });`,
    'export default $builtin;',
    ...properties.map(([name, property]) => {
      const isLazy = property.get !== undefined && typeof Reflect.get(module, name) === 'function';
      return `export const ${name} = /* @__PURE__ */ ${isLazy ? '$later' : '$read'}(${JSON.stringify(name)});`;
    }),
  ].join('\n');
}
