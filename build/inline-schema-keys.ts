import type { Rewriting } from './rewrite-sources.ts';
import { SchemaFormError } from './schema-form-error.ts';
import { ec2SchemaFiles } from './sdk-files.ts';

/**
 * Makes the EC2 client's schemas shakeable. The client describes every one of EC2's 800 operations in one file,
 * `dist-es/schemas/schemas_0.js`, and writes its trait keys through constants:
 *
 *     const _xN = "xmlName";
 *     export var Filter$ = [3, n0, _F, { [_xN]: _Fi }, ...];
 *
 * A computed key calls `toString`, which may have a side effect, so esbuild must keep every schema that has one,
 * and with it all that it refers to. With the value written in (`{ "xmlName": _Fi }`) the unused ones fall away.
 * The meaning stays: the constants are strings, and no value is `__proto__`, whose plain form sets a prototype.
 */
export const inlineSchemaKeys: Rewriting = {
  name: 'inline-schema-keys',
  files: ec2SchemaFiles,
  rewrite: inlineKeys,
};

/**
 * The source with each computed key `[_name]:` replaced by the string constant's value.
 *
 * @param path names the file in the error
 * @throws SchemaFormError when the file is not of the form that this rewriting is known to be right for
 */
export function inlineKeys(source: string, path: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  let replaced = 0;
  const result = source.replaceAll(/\[(_\w+)\]:/g, (_key, name: string) => {
    const value = constants.get(name);
    if (value === undefined)
      throw new SchemaFormError(
        'inline-schema-keys',
        path,
        `the key [${name}] is not a string constant of the file`,
      );
    if (value === '"__proto__"')
      throw new SchemaFormError('inline-schema-keys', path, `the key [${name}] is "__proto__"`);
    replaced += 1;
    return `${value}:`;
  });
  if (replaced === 0)
    throw new SchemaFormError('inline-schema-keys', path, 'no computed key [_name]: was found');
  const left = /\]\s*:/.exec(withoutStrings(result));
  if (left !== null)
    throw new SchemaFormError(
      'inline-schema-keys',
      path,
      `a computed key of another form stays, near "${near(left)}"`,
    );
  return result;
}

function withoutStrings(source: string): string {
  return source.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
}

function near(match: RegExpExecArray): string {
  return match.input.slice(Math.max(0, match.index - 40), match.index + 10).replaceAll(/\s+/g, ' ');
}
