import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { bundleFolder } from '../../build/bundle.ts';

const Report = v.object({
  modules: v.array(v.string()),
  result: v.optional(v.unknown()),
  error: v.optional(v.object({ name: v.string(), message: v.string(), stack: v.string() })),
});

export interface BundleRun extends v.InferOutput<typeof Report> {
  /** What the function logged, and its metrics. */
  readonly output: string;
}

/**
 * Invokes the built bundle once, in a fresh process with this environment alone.
 *
 * @param milliseconds that the function has, as its context tells it
 */
export async function runBundle(
  event: unknown,
  environment: Readonly<Record<string, string>> = {},
  milliseconds = 10_000,
): Promise<BundleRun> {
  const child = fork(fileURLToPath(new URL('./invoke-bundle.ts', import.meta.url)), [], {
    env: environment,
    silent: true,
  });
  const output: string[] = [];
  child.stdout?.on('data', (data: Buffer) => output.push(data.toString()));
  child.stderr?.on('data', (data: Buffer) => output.push(data.toString()));
  const closed: Promise<unknown[]> = once(child, 'close');
  const reported: Promise<unknown[]> = once(child, 'message');
  child.send({ handler: path.join(bundleFolder, 'enforce-name-tag.mjs'), event, milliseconds });
  const ended = closed.then(([code]) => {
    throw new Error(`The process ended with ${String(code)} before it reported:\n${output.join('')}`);
  });
  const report = await Promise.race([reported, ended]);
  await closed;
  return { ...v.parse(v.tuple([Report, v.unknown()]), report)[0], output: output.join('') };
}
