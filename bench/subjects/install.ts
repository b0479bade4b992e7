import { createHash } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lastLine, run, type Run } from '../../src/local/aws/run.ts';

/** Something that was to be measured is not there, and cannot be made. */
export class CannotTakePartError extends Error {
  override readonly name = 'CannotTakePartError';
}

/** The versions that are measured: the client that AWS runs Node.js 24 with, and the headers that it is built against. */
const versions = { 'aws-lambda-ric': '4.0.2', headers: '24.21.0' } as const;

/**
 * Builds AWS's runtime interface client, `aws-lambda-ric` from npm, unless it is there already. Its native part, and
 * the curl in its package, are compiled by its own install script, against the headers of Node from npm: nothing is
 * fetched from anywhere else.
 *
 * @returns path of its entry, to be run by Node, and its version
 * @throws CannotTakePartError on another system than Linux, or when a tool or the registry is missing
 */
export async function installRuntimeClient(folder: string): Promise<{ entry: string; version: string }> {
  const client = path.join(folder, 'runtime-client');
  const entry = path.join(client, 'node_modules', 'aws-lambda-ric', 'index.mjs');
  const built = path.join(path.dirname(entry), 'rapid-client.node');
  const found = { entry, version: versions['aws-lambda-ric'] };
  if (await exists(built)) return found;
  if (process.platform !== 'linux') {
    throw new CannotTakePartError(
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
  const env = { ...process.env, npm_config_nodedir: path.join(client, 'node_modules', headers) };
  const installed = await run('npm', ['install', '--no-fund', '--no-audit'], { cwd: client, env });
  if (installed.code !== 0 || !(await exists(built))) {
    throw new CannotTakePartError(
      `Expected to build aws-lambda-ric, got: ${installed.problem ?? lastLine(installed)}. It needs cmake, make, a ` +
        'C++ compiler, xz and Python 3; on Debian and Ubuntu: `apt-get install cmake g++ make python3 xz-utils`.',
    );
  }
  return found;
}

/** Where `config.json`, the policy, and `function.py` are. */
export const custodianFolder = path.join(import.meta.dirname, 'custodian');

const custodianFiles = ['requirements.txt', 'constraints.txt'].map((name) =>
  path.join(custodianFolder, name),
);

/**
 * Installs Cloud Custodian from PyPI into a virtual environment, unless it is there already.
 *
 * @returns path of the Python that has it, and versions for people, for example `c7n 0.9.53, boto3 1.43.103, Python 3.11.7`
 * @throws CannotTakePartError when Python, its venv module, or the package index is missing
 */
export async function installCustodian(folder: string): Promise<{ python: string; version: string }> {
  const environment = path.join(folder, 'custodian');
  const python = path.join(environment, 'bin', 'python');
  const wanted = createHash('sha256');
  for (const file of custodianFiles) wanted.update(await readFile(file));
  const fingerprint = wanted.digest('hex');
  const stamp = path.join(environment, 'fingerprint');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== fingerprint) {
    await mkdir(folder, { recursive: true });
    await must('python3', ['-m', 'venv', '--clear', environment]);
    const [requirements = '', constraints = ''] = custodianFiles;
    const options = ['--quiet', '--disable-pip-version-check', '-r', requirements, '-c', constraints];
    await must(python, ['-m', 'pip', 'install', ...options]);
    await writeFile(stamp, fingerprint);
  }
  const script =
    'import platform, importlib.metadata as m;' +
    "print(f\"c7n {m.version('c7n')}, boto3 {m.version('boto3')}, Python {platform.python_version()}\")";
  return { python, version: (await must(python, ['-c', script])).stdout.trim() };
}

async function must(command: string, options: readonly string[]): Promise<Run> {
  const answer = await run(command, options);
  if (answer.code === 0) return answer;
  const problem =
    answer.problem ?? answer.stderr.split('\n').find((line) => line.startsWith('ERROR')) ?? lastLine(answer);
  throw new CannotTakePartError(
    `Expected \`${command} ${options.join(' ')}\` to succeed for Cloud Custodian, got: ${problem}. ` +
      'It needs Python 3.10 or newer with its venv module, and PyPI. --no-custodian leaves it out.',
  );
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
