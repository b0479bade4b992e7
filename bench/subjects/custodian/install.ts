import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lastLine, run, type Run } from '../../../test/stack/setup/run.ts';

/** Where `config.json`, the policy, and `function.py` are. */
export const custodianFolder = import.meta.dirname;

const files = ['requirements.txt', 'constraints.txt'].map((name) => path.join(custodianFolder, name));

/** Cloud Custodian cannot take part. */
export class NoCustodianError extends Error {
  override readonly name = 'NoCustodianError';
}

/**
 * Installs Cloud Custodian from PyPI into a virtual environment, unless it is there already.
 *
 * @returns path of the Python that has it
 * @throws NoCustodianError when Python, its venv module, or the package index is missing
 */
export async function installCustodian(folder: string): Promise<string> {
  const environment = path.join(folder, 'custodian');
  const python = path.join(environment, 'bin', 'python');
  const wanted = createHash('sha256');
  for (const file of files) wanted.update(await readFile(file));
  const fingerprint = wanted.digest('hex');
  const stamp = path.join(environment, 'fingerprint');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === fingerprint) return python;

  await mkdir(folder, { recursive: true });
  await must('python3', ['-m', 'venv', '--clear', environment]);
  const [requirements = '', constraints = ''] = files;
  const options = ['--quiet', '--disable-pip-version-check', '-r', requirements, '-c', constraints];
  await must(python, ['-m', 'pip', 'install', ...options]);
  await writeFile(stamp, fingerprint);
  return python;
}

/** For example `c7n 0.9.53, boto3 1.43.103, Python 3.11.7`. */
export async function custodianVersions(python: string): Promise<string> {
  const script =
    'import platform, importlib.metadata as m;' +
    "print(f\"c7n {m.version('c7n')}, boto3 {m.version('boto3')}, Python {platform.python_version()}\")";
  return (await must(python, ['-c', script])).stdout.trim();
}

async function must(command: string, options: readonly string[]): Promise<Run> {
  const answer = await run(command, options);
  if (answer.code === 0) return answer;
  const problem =
    answer.problem ?? answer.stderr.split('\n').find((line) => line.startsWith('ERROR')) ?? lastLine(answer);
  throw new NoCustodianError(
    `Expected \`${command} ${options.join(' ')}\` to succeed for Cloud Custodian, got: ${problem}. ` +
      'It needs Python 3.10 or newer with its venv module, and PyPI. --without-custodian leaves it out.',
  );
}
