import type { Rewriting } from './rewrite-sources.ts';

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
  files: /[\\/]client-ec2[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/,
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
      throw new SchemaFormError(path, `the key [${name}] is not a string constant of the file`);
    if (value === '"__proto__"') throw new SchemaFormError(path, `the key [${name}] is "__proto__"`);
    replaced += 1;
    return `${value}:`;
  });
  if (replaced === 0) throw new SchemaFormError(path, 'no computed key [_name]: was found');
  const left = /\]\s*:/.exec(withoutStrings(result));
  if (left !== null)
    throw new SchemaFormError(path, `a computed key of another form stays, near "${near(left)}"`);
  return result;
}

/** The client's schemas are not written as they were when this rewriting was made. */
export class SchemaFormError extends Error {
  override readonly name = 'SchemaFormError';

  /** @param rewriting the one that was made for another form */
  constructor(path: string, found: string, rewriting = 'inline-schema-keys') {
    super(
      `${path}: expected schemas of the form that build/${rewriting}.ts shows; ${found}. ` +
        `Look at the file and adapt build/${rewriting}.ts, or pin the version of @aws-sdk/client-ec2 before it.`,
    );
  }
}

function withoutStrings(source: string): string {
  return source.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
}

function near(match: RegExpExecArray): string {
  return match.input.slice(Math.max(0, match.index - 40), match.index + 10).replaceAll(/\s+/g, ' ');
}
