import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtins } from '../../build/builtins.ts';
import { run } from '../../src/local/aws/run.ts';

/** What a package of the AWS SDK could write. */
const source = `
import fs, { ReadStream, existsSync } from 'node:fs';
import { getRandomValues, createHash } from 'node:crypto';
const { Agent } = await import('node:http');
const stream = fs.createReadStream(process.argv[1]);
const facts = {
  sameClass: Agent === process.getBuiltinModule('node:http').Agent,
  isHttp2Loaded: process.moduleLoadList.includes('NativeModule http2'),
  sameFunction: existsSync === process.getBuiltinModule('node:fs').existsSync,
  isInstance: stream instanceof ReadStream,
  isNoInstance: ({}) instanceof ReadStream,
  made: new ReadStream(process.argv[1]) instanceof fs.ReadStream,
  isOfSubclass: new (class extends ReadStream { own() { return true; } })(process.argv[1]).own(),
  randomBytes: getRandomValues(new Uint8Array(8)).length,
  digest: createHash('sha256').update('').digest('hex').slice(0, 8),
};
console.log(JSON.stringify(facts));
`;

describe("Node's modules in the bundle", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'builtins-'));
    const entry = path.join(folder, 'node_modules', '@smithy', 'some', 'index.js');
    await mkdir(path.dirname(entry), { recursive: true });
    await writeFile(entry, source);
    await build({
      entryPoints: [entry],
      outfile: path.join(folder, 'out.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      plugins: [builtins],
    });
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('are the same, and what nobody imports is not read: http would load http2 and more', async () => {
    const { stdout } = await run(process.execPath, [path.join(folder, 'out.mjs')]);

    expect(JSON.parse(stdout)).toEqual({
      sameClass: true,
      isHttp2Loaded: false,
      sameFunction: true,
      isInstance: true,
      isNoInstance: false,
      made: true,
      isOfSubclass: true,
      randomBytes: 8,
      digest: 'e3b0c442',
    });
  });
});
