import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathWithTools, projectRoot, toolsFolder, virtualEnvironment } from './paths.ts';
import { lastLine, run } from './run.ts';
import { SetupError } from './setup-error.ts';

const files = ['requirements.txt', 'constraints.txt'].map((name) => join(import.meta.dirname, name));

/** What the oldest of the tools runs on. */
const oldestPython = [3, 10] as const;

/** The first SAM CLI that knows the runtime nodejs24.x. */
const oldestSam = [1, 148] as const;

const python = join(toolsFolder, 'python');

/**
 * Makes `.venv` with the tools of `requirements.txt`, unless it is there already and of the same requirements.
 *
 * @param say is told, in a line, what takes long
 * @throws SetupError when Python is missing, too old or incomplete, when pip fails, or when `sam` is too old
 */
export async function installPythonTools(say: (line: string) => void): Promise<void> {
  const version = await pythonVersion();
  const wanted = createHash('sha256').update(version);
  for (const file of files) wanted.update(await readFile(file));
  const fingerprint = wanted.digest('hex');
  const stamp = join(virtualEnvironment, 'fingerprint');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== fingerprint) {
    say(
      'Installing the Python tools of src/local/aws/requirements.txt into .venv; later runs find them there.',
    );
    await makeEnvironment();
    await installRequirements();
    await writeFile(stamp, fingerprint);
  }
  await checkSam();
}

async function pythonVersion(): Promise<string> {
  const answer = await run('python3', ['--version']);
  const [major, minor] = numbersOf(answer.stdout);
  if (answer.code !== 0 || major === undefined || minor === undefined) {
    throw new SetupError(
      'python3 was not found; local AWS needs it. Install Python 3.10 or newer, on Debian and Ubuntu with `apt-get install python3 python3-venv`.',
    );
  }
  if (isOlder([major, minor], oldestPython)) {
    throw new SetupError(
      `python3 is ${answer.stdout.trim()}; local AWS needs 3.10 or newer. Put a newer one first on the PATH.`,
    );
  }
  return answer.stdout.trim();
}

async function makeEnvironment(): Promise<void> {
  const made = await run('python3', ['-m', 'venv', '--clear', virtualEnvironment]);
  if (made.code === 0) return;
  const output = `${made.stdout}${made.stderr}`;
  throw new SetupError(
    /ensurepip|No module named/.test(output)
      ? "Python's venv module is missing; it makes .venv for local AWS. On Debian and Ubuntu: `apt-get install python3-venv`."
      : `python3 -m venv could not make ${virtualEnvironment}: ${lastLine(made)}`,
  );
}

async function installRequirements(): Promise<void> {
  const [requirements = '', constraints = ''] = files;
  const options = ['--quiet', '--disable-pip-version-check', '-r', requirements, '-c', constraints];
  const installed = await run(python, ['-m', 'pip', 'install', ...options]);
  if (installed.code === 0) return;
  const log = join(projectRoot, 'reports', 'pip.log');
  await mkdir(join(projectRoot, 'reports'), { recursive: true });
  await writeFile(log, `${installed.stdout}${installed.stderr}`);
  const problem =
    installed.stderr.split('\n').find((line) => line.startsWith('ERROR')) ?? lastLine(installed);
  throw new SetupError(
    `pip could not install src/local/aws/requirements.txt: ${problem.trim()} See reports/pip.log, and run again when the package index answers.`,
  );
}

/** The tests take the `sam` of .venv, or the one that SAM names: to try another version on the same stack. */
export const sam = process.env['SAM'] ?? join(toolsFolder, 'sam');

async function checkSam(): Promise<void> {
  const answer = await run(sam, ['--version'], { env: { ...process.env, PATH: pathWithTools } });
  const found = numbersOf(answer.stdout);
  if (answer.code === 0 && !isOlder(found, oldestSam)) return;
  const what = answer.code === 0 ? `is ${answer.stdout.trim()}` : `does not run (${lastLine(answer)})`;
  throw new SetupError(
    `${sam} ${what}; the template's nodejs24.x needs SAM CLI ${oldestSam.join('.')} or newer. Upgrade it, or unset SAM to take the one of .venv.`,
  );
}

function numbersOf(text: string): number[] {
  const [version] = /\d+(\.\d+)+/.exec(text) ?? [''];
  return version === '' ? [] : version.split('.').map(Number);
}

function isOlder([major = 0, minor = 0]: readonly number[], oldest: readonly [number, number]): boolean {
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
