import type { Plugin } from 'esbuild';

/**
 * Lets the AWS SDK get Node's modules with `process.getBuiltinModule`. At an `import`, Node makes an ES module of
 * its module and for that reads each of its exports, the lazy ones too: `node:http` has `WebSocket`, which loads all of
 * undici. The modules are the same objects either way.
 * https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 *
 * Each export is read by itself, so that esbuild drops what nobody imports. Behind `await import()` nobody can tell what
 * is: there it is CommonJS, whose exports esbuild reads when they are used.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    let found = 0;
    build.onResolve({ filter: /^node:/ }, ({ path, importer, kind }) => {
      if (!/[\\/]node_modules[\\/]@(?:aws-sdk|smithy)[\\/]/.test(importer)) return undefined;
      found += 1;
      return { path, namespace: kind === 'dynamic-import' ? 'builtin-on-demand' : 'builtin' };
    });
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
      const read = names.map(
        (name) => `export const ${name} = /* @__PURE__ */ $read(${JSON.stringify(name)});`,
      );
      const module = `/* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)})`;
      const head = `const $module = ${module};\nconst $read = (name) => $module[name];\nexport default $module;\n`;
      return { contents: head + read.join('\n') };
    });
    build.onLoad({ filter: /./, namespace: 'builtin-on-demand' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
    build.onEnd(() => ({
      errors:
        found > 0
          ? []
          : [{ text: 'Expected the AWS SDK to import node: modules. Remove build/builtins.ts.' }],
    }));
  },
};
