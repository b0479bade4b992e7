import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const last = availableParallelism() - 1;
const canPin = process.platform === 'linux' && last > 0 && spawnSync('taskset', ['--version']).status === 0;

/** How the processes are spread over the cores, for people. */
export const spread = canPin
  ? `functions on core ${last} alone, the rest on the others`
  : 'wherever the system puts the processes';

/** Keeps this process, which plays EC2, off the core that the functions run on. */
export function leaveCoreToFunctions(): void {
  if (canPin) {
    spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', `0-${last - 1}`, String(process.pid)]);
  }
}

/** The program on the functions' core, where there is a way to say so. */
export function pinned(
  command: string,
  options: readonly string[],
): { command: string; options: readonly string[] } {
  if (!canPin) return { command, options };
  return { command: 'taskset', options: ['--cpu-list', String(last), command, ...options] };
}
