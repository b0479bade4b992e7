import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What a script printed, and how it ended. */
export interface ScriptRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a script of the project as a person would: as a process of its own, in the project's folder. */
export async function runScript(
  path: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<ScriptRun> {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { cwd, env: { ...process.env, ...environment } });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}
