import { clearScreenDown, cursorTo } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { CommandContext } from './command-context.ts';
import type { CommandResult } from './command.ts';
import { explainFailure } from './explain-failure.ts';
import { holdOutput } from './held-output.ts';
import { style } from './text-for-people.ts';

/**
 * Shows the same again and again on a cleared screen, until Ctrl-C. The first time a failure is thrown; later it is shown,
 * and the next time may succeed.
 *
 * @param every seconds between the end of one time and the beginning of the next
 * @returns what it came to the last time
 */
export async function watch(
  context: CommandContext,
  every: number,
  run: (context: CommandContext) => Promise<CommandResult>,
): Promise<CommandResult> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  for (const signal of signals) process.once(signal, end);
  let result: CommandResult | undefined;
  try {
    while (!ended.signal.aborted) {
      const held = holdOutput(context.output);
      try {
        result = await run(context.anew({ output: held }));
      } catch (error) {
        if (ended.signal.aborted) break;
        const problem = explainFailure(error);
        if (problem === undefined || result === undefined) {
          held.release();
          throw error;
        }
        held.line(style('red', problem));
      }
      if (ended.signal.aborted) break;
      clearScreen();
      held.release();
      context.output.line(style('dim', `\n${new Date().toISOString()}, every ${every} s. Ctrl-C ends it.`));
      await setTimeout(every * 1000, undefined, { signal: ended.signal }).catch(() => {});
    }
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
  return result ?? 'fine';
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function clearScreen(): void {
  cursorTo(process.stdout, 0, 0);
  clearScreenDown(process.stdout);
}
