import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directImports } from '../../build/direct-imports.ts';

describe('direct imports', () => {
  let folder: string;

  const rewrite = async (source: string): Promise<string> =>
    directImports.rewrite(source, 'importer.js', async () => Promise.resolve(path.join(folder, 'index.js')));

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'direct-imports-'));
    await writeFile(
      path.join(folder, 'index.js'),
      'export { inner as outer, other, } from "./deep/file";\n' +
        'export { far } from "@smithy/core/transport";\n' +
        'export const own = 1;\n',
    );
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('lead to the file that an index takes a name from, by the name that it has there', async () => {
    const found = await rewrite(
      'import { outer as mine, other } from "@smithy/core/client";\nmine(other);\n',
    );

    const file = JSON.stringify(path.join(folder, 'deep', 'file'));
    expect(found).toBe(
      `import { inner as mine } from ${file}; import { other as other } from ${file};\nmine(other);\n`,
    );
  });

  it('lead to the package that an index takes a name from', async () => {
    await expect(rewrite('import { far } from "@smithy/core/client";')).resolves.toBe(
      'import { far as far } from "@smithy/core/transport";',
    );
  });

  it('stay with the index for what is its own', async () => {
    await expect(rewrite('import { own } from "@smithy/core/client";')).resolves.toBe(
      'import { own as own } from "@smithy/core/client";',
    );
  });

  it('leave every other import and text alone', async () => {
    const source =
      'import { readFile } from "node:fs";\nimport all from "@smithy/core";\nimport { a } from "./a";\nconst b = "{ }";\n';

    await expect(rewrite(source)).resolves.toBe(source);
  });
});
