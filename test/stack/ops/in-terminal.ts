import path from 'node:path';
import { projectRoot } from '../../../src/local/aws/paths.ts';
import { run } from '../../../src/local/aws/run.ts';

/** What a command printed to its terminal, and how it ended: an exit code, or a signal as a negative number. */
export interface InTerminal {
  readonly text: string;
  readonly ended: number;
}

export const CTRL_C = '\u0003';

/**
 * Runs a command in a pseudo-terminal.
 *
 * @param typed what is pressed when the command has printed a text, each after the one before
 */
export async function inTerminal(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  typed: readonly (readonly [after: string, keys: string])[] = [],
  columns = 80,
): Promise<InTerminal> {
  const script = path.join(import.meta.dirname, 'pseudo_terminal.py');
  const { stdout } = await run('python3', [script, String(columns), JSON.stringify(typed), ...command], {
    cwd: projectRoot,
    env: { ...env, TERM: 'xterm' },
  });
  const [, text = '', ended] = /^([^]*)\nended: (-?\d+)\n$/.exec(stdout) ?? [];
  return { text, ended: Number(ended) };
}
