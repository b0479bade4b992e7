import { execFile } from 'node:child_process';
import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../build/bundle.ts';
import { mapStack, readSourceMaps } from '../../build/map-stack.ts';
import { runBundle } from '../support/run-bundle.ts';

const LogLine = v.object({ error: v.object({ stack: v.string() }) });

describe('mapStack', () => {
  it('finds the source of every call in the stack of the bundle, wherever it was unpacked', async () => {
    const { error } = await runBundle({ source: 'aws.ec2', 'detail-type': 7 });
    const stack = (error?.stack ?? '').replaceAll(/file:\S*\/dist\//g, 'file:///var/task/');

    const mapped = mapStack(stack, await readSourceMaps());

    expect(stack).toMatch(/at \w+ \(file:\/\/\/var\/task\/enforce-name-tag\.mjs:\d+:\d+\)/);
    expect(mapped).toMatch(/\(src\/enforcer\/read-launch\.ts:\d+:\d+\)/);
    expect(mapped).toMatch(/\(src\/functions\/enforce-name-tag\.ts:\d+:\d+\)/);
    expect(mapped).not.toContain('/var/task');
  });

  it('reads a log line, which is JSON, from standard input', async () => {
    const { output } = await runBundle({ source: 'aws.ec2', 'detail-type': 7 });
    const line = output.split('\n').find((one) => one.includes('"stack"')) ?? '';

    const mapped = v.parse(LogLine, JSON.parse(await mapByCommand(line)));

    expect(mapped.error.stack).toContain('(src/enforcer/read-launch.ts:');
  });

  it('leaves other places as they are', async () => {
    const stack =
      'at run (node:internal/modules/esm/module_job:561:25)\n at f (/opt/extension/index.mjs:1:1)';

    expect(mapStack(stack, await readSourceMaps())).toBe(stack);
  });

  it('says what to do when there are no maps', async () => {
    await expect(readSourceMaps('/no/such/folder')).rejects.toThrow('Run `npm run build` first');
  });
});

async function mapByCommand(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const command = path.join(projectFolder, 'build', 'map-stack.ts');
    const child = execFile(process.execPath, [command], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.end(text);
  });
}
