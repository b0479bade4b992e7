import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Resolve, Rewriting } from './rewrite-sources.ts';
import { sdkFiles } from './sdk-files.ts';

/**
 * Leads imports past the index files of the AWS SDK to where things are:
 *
 *     import { NoOpLogger, Command } from "@smithy/core/client";
 *
 * becomes
 *
 *     import { NoOpLogger } from ".../client/smithy-client/NoOpLogger";
 *     import { Command } from ".../client/smithy-client/command";
 *
 * esbuild shakes off what is not used either way. But when it spreads what is used over the files of a bundle, all that
 * an index leads to counts as needed by all who import the index, and EC2 would load EventBridge's JSON. The packages
 * declare that to load their files has no side effects, so to leave out an index changes nothing. One file is declared to
 * have one, and each client does the same itself: it makes `aws` functions known to the endpoint rules.
 */
export const directImports: Rewriting = {
  name: 'direct-imports',
  files: sdkFiles,
  async rewrite(source, _file, resolve) {
    let rewritten = source;
    for (const [statement, names = '', specifier = ''] of source.matchAll(
      /^import \{([^}]*)\} from "(@(?:aws-sdk|smithy)\/[^"]+)";$/gm,
    )) {
      const direct = await importsOf(readNames(names), specifier, resolve);
      rewritten = rewritten.replace(statement, () => direct);
    }
    return rewritten;
  },
};

/** A name in another module, and what it is called here. */
interface Renaming {
  readonly there: string;
  readonly here: string;
}

async function importsOf(names: readonly Renaming[], specifier: string, resolve: Resolve): Promise<string> {
  const origins = await readOrigins(await resolve(specifier));
  return names
    .map(({ there, here }) => {
      const origin = origins.get(there) ?? { name: there, module: specifier };
      return `import { ${origin.name} as ${here} } from ${JSON.stringify(origin.module)};`;
    })
    .join(' ');
}

/** What the file exports that is another's, by the name that it has here. */
async function readOrigins(
  file: string | undefined,
): Promise<ReadonlyMap<string, { name: string; module: string }>> {
  if (file === undefined) return new Map();
  const exports = (await readFile(file, 'utf8')).matchAll(/^export \{([^}]*)\} from "([^"]+)";$/gm);
  return new Map(
    [...exports].flatMap(([, names = '', specifier = '']) => {
      const module = specifier.startsWith('.') ? path.resolve(path.dirname(file), specifier) : specifier;
      return readNames(names).map(({ there, here }) => [here, { name: there, module }] as const);
    }),
  );
}

/** Reads `a, b as c`. */
function readNames(list: string): Renaming[] {
  return [...list.matchAll(/([\w$]+)(?:\s+as\s+([\w$]+))?/g)].map(([, there = '', here = there]) => ({
    there,
    here,
  }));
}
