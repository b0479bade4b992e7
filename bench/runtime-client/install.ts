import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lastLine, run } from '../../test/stack/setup/run.ts';

/** The versions that are measured: the client that AWS runs Node.js 24 with, and the headers that it is built against. */
const versions = { 'aws-lambda-ric': '4.0.2', headers: '24.21.0' } as const;

/** AWS's runtime interface client cannot take part. */
export class NoRuntimeClientError extends Error {
  override readonly name = 'NoRuntimeClientError';
}

/** AWS's client, built. */
export interface RuntimeClient {
  /** Path of its entry, to be run by Node. */
  readonly entry: string;
  readonly version: string;
}

/**
 * Builds AWS's runtime interface client, `aws-lambda-ric` from npm, unless it is there already. Its native part, and
 * the curl in its package, are compiled by its own install script, against the headers of Node from npm: nothing is
 * fetched from anywhere else.
 *
 * @throws NoRuntimeClientError on another system than Linux, or when a tool or the registry is missing
 */
export async function installRuntimeClient(folder: string): Promise<RuntimeClient> {
  const client = path.join(folder, 'runtime-client');
  const entry = path.join(client, 'node_modules', 'aws-lambda-ric', 'index.mjs');
  const built = path.join(path.dirname(entry), 'rapid-client.node');
  const found = { entry, version: versions['aws-lambda-ric'] };
  if (await exists(built)) return found;
  if (process.platform !== 'linux') {
    throw new NoRuntimeClientError(
      `Expected Linux, which AWS's runtime client is made for, found ${process.platform}.`,
    );
  }

  const headers = `node-linux-${process.arch}`;
  await mkdir(client, { recursive: true });
  await writeFile(
    path.join(client, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { 'aws-lambda-ric': versions['aws-lambda-ric'], [headers]: versions.headers },
      allowScripts: { 'aws-lambda-ric': true },
    }),
  );
  const environment = { ...process.env, npm_config_nodedir: path.join(client, 'node_modules', headers) };
  const installed = await run('npm', ['install', '--no-fund', '--no-audit'], {
    cwd: client,
    env: environment,
  });
  if (installed.code !== 0 || !(await exists(built))) {
    throw new NoRuntimeClientError(
      `Expected to build aws-lambda-ric, got: ${installed.problem ?? lastLine(installed)}. It needs cmake, make, a ` +
        'C++ compiler, xz and Python 3; on Debian and Ubuntu: `apt-get install cmake g++ make python3 xz-utils`.',
    );
  }
  return found;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
