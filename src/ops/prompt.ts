import { createInterface } from 'node:readline/promises';
import { OpsError } from './errors.ts';
import { forTerminal } from './text-for-people.ts';

/** Asks the person at the terminal. */
export interface Prompt {
  /** @returns the line without blanks around it; undefined when it was ended with Ctrl-C or Ctrl-D instead */
  ask(question: string): Promise<string | undefined>;
}

/** @throws OpsError when nobody is at a terminal to be asked */
export function createPrompt(): Prompt {
  const { stdin: input, stdout: output } = process;
  if (!input.isTTY || !output.isTTY) {
    throw new OpsError(
      'Expected a person at a terminal, found that input or output is a pipe or a file. ' +
        'In a script, select with `dead-letters list --json`, and use `redrive` and `discard`.',
    );
  }
  return {
    async ask(question) {
      // One for each question: between them Ctrl-C is a signal, as for every command.
      const lines = createInterface({ input, output });
      const ended = new AbortController();
      lines.on('SIGINT', () => ended.abort());
      lines.on('close', () => ended.abort());
      try {
        return (await lines.question(forTerminal(question), { signal: ended.signal })).trim();
      } catch (error) {
        if (!ended.signal.aborted) throw error;
        output.write('\n');
        return undefined;
      } finally {
        lines.close();
      }
    },
  };
}
