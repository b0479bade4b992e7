import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { knownCauses } from '../../src/ops/dead-letters/cause-guide.ts';
import { verdicts } from '../../src/ops/replay/judge-record.ts';
import { runScript } from '../support/run-script.ts';

// A process takes a second to load the AWS SDK on a busy computer.
vi.setConfig({ testTimeout: 30_000 });

const cli = 'src/ops/cli.ts';

/** What the tool offers for the last of these words, as a shell's script asks it. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await runScript(cli, ['complete', '--', ...words]);
  return stdout.split('\n').flatMap((line) => /^([^:\t]+)\t/.exec(line)?.[1] ?? []);
}

describe.concurrent('what is offered', () => {
  test.each([
    [
      'commands',
      [''],
      ['dead-letters', 'second-look', 'doctor', 'pause', 'resume', 'audit', 'replay', 'completion', 'help'],
    ],
    ['commands that begin so', ['do'], ['doctor']],
    ['sub-commands', ['dead-letters', 're'], ['redrive', 'review']],
    ['choices', ['replay', '--only', ''], verdicts],
    ['choices that begin so', ['audit', '--format', 'c'], ['csv']],
    ['causes', ['dead-letters', 'list', '--cause', ''], knownCauses],
    ['shells', ['completion', ''], ['zsh', 'bash', 'fish', 'powershell']],
    ['nothing of its own for a file', ['replay', ''], []],
  ])('%s', async (_, words, expected) => {
    expect((await offered(...words)).toSorted()).toEqual(expected.toSorted());
  });

  test('options: of the command, and of every command', async () => {
    const options = await offered('dead-letters', 'redrive', '--');

    expect(options).toEqual(expect.arrayContaining(['--yes', '--cause', '--stack', '--region', '--json']));
    expect(options).not.toContain('--version');
  });
});

test('nothing is offered for a command that there is not', async () => {
  expect(await offered('nonsense', '')).toEqual([]);
});

test.each(['zsh', 'fish'])('a script for %s asks this tool', async (shell) => {
  const { stdout, exitCode } = await runScript(cli, ['completion', shell]);

  expect(exitCode).toBe(0);
  expect(stdout).toContain('name-tag-enforcer-ops complete -- ');
});

test('another shell is wrong usage', async () => {
  const { stderr, exitCode } = await runScript(cli, ['completion', 'tcsh']);

  expect(stderr).toContain('zsh, bash, fish');
  expect(exitCode).toBe(2);
});

test('bash completes with its script, and names of files where nothing else is known', async () => {
  const { stdout: script } = await runScript(cli, ['completion', 'bash']);
  // What the package bash-completion gives, and the tool as if it were on the PATH.
  const surroundings = `
    _get_comp_words_by_ref() { words=(name-tag-enforcer-ops dead-letters dis); cword=2; cur=dis; }
    name-tag-enforcer-ops() { "${process.execPath}" ${cli} "$@"; }
  `;
  const press = '__name_tag_enforcer_ops_complete; echo "${COMPREPLY[@]}"; complete -p name-tag-enforcer-ops';

  const { stdout } = await promisify(execFile)('bash', ['-c', `${script}${surroundings}${press}`]);

  expect(stdout.split('\n')).toEqual([
    'discard',
    'complete -o default -F __name_tag_enforcer_ops_complete name-tag-enforcer-ops',
    '',
  ]);
});
