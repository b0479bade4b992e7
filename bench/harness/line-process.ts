import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { countBytes } from './count-bytes.ts';
import { pinned } from './cores.ts';
import type { Program, RunningFunction } from './running-function.ts';
import { parseUsage } from './usage.ts';

const Answer = v.pipe(v.string(), v.parseJson(), v.object({ error: v.optional(v.string()) }));

/**
 * Starts a program that takes events as lines of stdin and answers each with a line on file descriptor 3: the cheapest
 * way there is, for a peer that brings no Lambda runtime with it. What it logs is dropped.
 */
export function startLineProcess(program: Program): RunningFunction {
  const { command, options } = pinned(program.command, program.options);
  const child = spawn(command, options, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: program.environment,
    cwd: program.folder,
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (text: Buffer) => errors.push(text));
  const logged = countBytes(child.stdout, child.stderr);
  const closed = once(child, 'close');
  const answers = child.stdio[3];
  if (!(answers instanceof Readable)) throw new Error('Expected a pipe at file descriptor 3.');
  const lines = createInterface(answers)[Symbol.asyncIterator]();

  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    const answer = await lines.next();
    if (answer.done !== true) return answer.value;
    await closed;
    throw new Error(`Expected ${program.command} to answer, its process ended:\n${errors.join('')}`);
  };

  return {
    invoke: async (event) => v.parse(Answer, await ask(event)).error,
    usage: async () => parseUsage(await ask('"usage"')),
    logged,
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
