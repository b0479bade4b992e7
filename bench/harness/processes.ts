import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { startRuntime, type Program, type RuntimeProcess } from '../../src/local/lambda/function-process.ts';
import { pinned } from './machine.ts';

/** A function in a process of its own, as a Lambda environment would hold it. It takes one event at a time. */
export interface RunningFunction {
  /**
   * Sends an event, which waits until the function is there to take it.
   *
   * @param event as JSON, in one line
   * @returns how the function answered; undefined for an answer, the error for an error
   */
  invoke(event: string): Promise<string | undefined>;
  usage(): Promise<Usage>;
  /** Bytes that it logged since this was asked last. */
  takeLogBytes(): number;
  close(): Promise<void>;
}

/** What a process has used since its program started, this program's own start included. */
export interface Usage {
  /** CPU time in milliseconds, of all threads, in user and system mode. */
  readonly cpu: number;
  /** The most memory that it held at any time, in MB (1,000,000 bytes). */
  readonly peakMemory: number;
}

/** Tells what a function has used: by asking it, or by looking at its process. */
export type ReadUsage = (runtime: RuntimeProcess) => Promise<Usage>;

/** Starts a Lambda runtime. What it logs goes through pipes, as in Lambda. */
export async function startLambda(program: Program, readUsage: ReadUsage): Promise<RunningFunction> {
  const runtime = await startRuntime({ ...program, ...pinned(program.command, program.options) });
  return {
    async invoke(event) {
      const ending = await runtime.invoke(event);
      return ending.kind === 'failed' ? `${ending.error.name}: ${ending.error.message}` : undefined;
    },
    usage: async () => readUsage(runtime),
    takeLogBytes: () => runtime.takeLog().length,
    close: async () => runtime.close(),
  };
}

const UsageAnswer = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ cpuMs: v.number(), peakKb: v.number() }),
  v.transform(({ cpuMs, peakKb }) => ({ cpu: cpuMs, peakMemory: (peakKb * 1024) / 1e6 })),
);

/** As the runtime in plain Node tells it of itself. */
export const askForUsage: ReadUsage = async (runtime) => {
  const ending = await runtime.invoke('"usage"');
  return v.parse(UsageAnswer, ending.kind === 'answered' ? ending.answer : ending.error);
};

/**
 * As Linux tells it of a process that does not tell of itself.
 * https://docs.kernel.org/scheduler/sched-stats.html, https://docs.kernel.org/filesystems/proc.html
 */
export const lookForUsage: ReadUsage = async ({ processId }) => {
  const folder = `/proc/${processId}`;
  const threads = await readdir(`${folder}/task`);
  const nanoseconds = await Promise.all(
    threads.map(async (thread) => {
      const [onCpu = ''] = (await readFile(`${folder}/task/${thread}/schedstat`, 'utf8')).split(' ');
      return Number(onCpu);
    }),
  );
  const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`${folder}/status`, 'utf8'))?.[1]);
  return { cpu: nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6, peakMemory: (peakKb * 1024) / 1e6 };
};

const LineAnswer = v.pipe(v.string(), v.parseJson(), v.object({ error: v.optional(v.string()) }));

/**
 * Starts a program that takes events as lines of stdin and answers each with a line on file descriptor 3: the cheapest
 * way there is, for a peer that brings no Lambda runtime with it.
 */
export function startLineProcess(program: Program): RunningFunction {
  const { command, options } = pinned(program.command, program.options);
  const child = spawn(command, options, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: program.environment,
    cwd: program.folder,
  });
  let log: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => log.push(part));
  const closed = once(child, 'close');
  const answers = child.stdio[3];
  if (!(answers instanceof Readable)) throw new Error('Expected a pipe at file descriptor 3.');
  const lines = createInterface(answers)[Symbol.asyncIterator]();

  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    const answer = await lines.next();
    if (answer.done !== true) return answer.value;
    await closed;
    throw new Error(
      `Expected ${program.command} to answer, its process ended:\n${Buffer.concat(log).toString()}`,
    );
  };

  return {
    invoke: async (event) => v.parse(LineAnswer, await ask(event)).error,
    usage: async () => v.parse(UsageAnswer, await ask('"usage"')),
    takeLogBytes() {
      const bytes = Buffer.concat(log).length;
      log = [];
      return bytes;
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
