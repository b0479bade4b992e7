import { execFile } from 'node:child_process';
import * as v from 'valibot';

/** What a command printed, and how it ended. */
export interface Run {
  /** Exit code; undefined when the command could not be started, with `problem` telling why. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** As the system names it: `ENOENT` for a command that does not exist. */
  readonly problem: string | undefined;
}

const Exit = v.object({ code: v.union([v.number(), v.string()]) });

/** Runs a command to its end; its failure is part of the answer, not thrown. */
export async function run(
  command: string,
  options: readonly string[],
  settings: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(command, options, { ...settings, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const exit = v.safeParse(Exit, error);
      const code = error === null ? 0 : exit.success ? exit.output.code : 1;
      if (typeof code === 'number') resolve({ code, stdout, stderr, problem: undefined });
      else resolve({ code: undefined, stdout, stderr, problem: code });
    });
  });
}

/** The last line that says something, of a failed command's output. */
export function lastLine({ stdout, stderr }: Run): string {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? 'it printed nothing';
}
