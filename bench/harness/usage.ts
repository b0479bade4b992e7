import { readdir, readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Usage } from './running-function.ts';
import type { ReadUsage } from './lambda-process.ts';

const UsageAnswer = v.pipe(v.string(), v.parseJson(), v.object({ cpuMs: v.number(), peakKb: v.number() }));

/** As `node-runtime.mjs` and `function.py` tell it of themselves, in JSON. */
export function parseUsage(answer: unknown): Usage {
  const { cpuMs, peakKb } = v.parse(UsageAnswer, answer);
  return { cpu: cpuMs, peakMemory: (peakKb * 1024) / 1e6 };
}

export const askForUsage: ReadUsage = async (api) => parseUsage((await api.invoke('"usage"')).body);

/**
 * As Linux tells it of a process that does not tell of itself.
 * https://docs.kernel.org/scheduler/sched-stats.html, https://docs.kernel.org/filesystems/proc.html
 */
export const lookForUsage: ReadUsage = async (_api, processId) => {
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
