import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Makes the schemas of the largest clients shakeable. That of EC2 describes every one of its 800 operations in one file,
 * `dist-es/schemas/schemas_0.js`, and writes its trait keys through constants:
 *
 *     const _xN = "xmlName";
 *     export var Filter$ = [3, n0, _F, { [_xN]: _Fi }, ...];
 *
 * A computed key calls `toString`, which may have a side effect, so esbuild must keep every schema that has one,
 * and with it all that it refers to. With the value written in (`{ "xmlName": _Fi }`) the unused ones fall away.
 * The meaning stays: the constants are strings, and no value is `__proto__`, whose plain form sets a prototype.
 */
export const schemaKeys: Plugin = {
  name: 'schema-keys',
  setup(build) {
    let files = 0;
    const filter = /[\\/]client-(?:ec2|lambda)[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
    build.onLoad({ filter }, async ({ path }) => {
      files += 1;
      return { contents: writeKeysIn(await readFile(path, 'utf8'), path) };
    });
    build.onEnd(() => ({
      errors: files > 0 ? [] : [{ text: `Expected the client to have files like ${filter.source}. ${toDo}` }],
    }));
  },
};

const toDo = 'Look at the file and adapt build/schema-keys.ts, or pin the version of the client before it.';

/**
 * The source with each computed key `[_name]:` replaced by the string constant's value.
 *
 * @throws Error when the file is not of the form that this is known to be right for
 */
export function writeKeysIn(source: string, file: string): string {
  const fail = (found: string): never => {
    throw new Error(`${file}: expected schemas with keys like [_xN]:, found ${found}. ${toDo}`);
  };
  const constants = new Map(
    Array.from(source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm), ([, name, value]) => [
      name,
      value,
    ]),
  );
  const result = source.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
    const value = constants.get(name) ?? fail(`the key ${key} that is no string constant`);
    return value === '"__proto__"' ? fail(`the key ${key} with the value "__proto__"`) : `${value}:`;
  });
  if (result === source) fail('none');
  const other = /.{0,40}\]\s*:/.exec(result.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""'));
  if (other !== null) fail(`one of another form, ${other[0]}`);
  return result;
}
