import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../src/local/aws/start-local-aws.ts';
import { run } from '../../src/local/aws/run.ts';
import { soon } from './support/fates.ts';

const script = fileURLToPath(new URL('support/start-local-aws.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifecycle-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('every process of local AWS ends', () => {
  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('when what started it gets %s', async (signal) => {
    const starter = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const group = await firstNumber(starter.stdout);
    expect(isAlive(group)).toBe(true);

    starter.kill(signal);

    await expect.poll(() => isAlive(group), soon).toBe(false);
  });

  test('when what started it has done its work', async () => {
    const starter = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const group = await firstNumber(starter.stdout);

    starter.stdin.end();
    await once(starter, 'exit');

    expect(isAlive(group)).toBe(false);
  });
});

describe('one line says what is wrong and how to fix it,', () => {
  test('when a port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const line = await complaint({ MOTO_PORT: String(port) });

    expect(line).toContain(`Port ${port} for moto cannot be used`);
    expect(line).toContain('unset MOTO_PORT');
    server.close();
  });

  test('when there is no python3', async () => {
    const line = await complaint({ PATH: folder });

    expect(line).toContain('python3 was not found');
    expect(line).toContain('Install Python 3.10 or newer');
  });

  test('when python3 is too old', async () => {
    await fake('python3', 'Python 3.9.2');

    const line = await complaint({ PATH: [folder, process.env['PATH']].join(delimiter) });

    expect(line).toContain('python3 is Python 3.9.2');
    expect(line).toContain('needs 3.10 or newer');
  });

  test('when sam is too old', async () => {
    const sam = await fake('old-sam', 'SAM CLI, version 1.99.0');

    const line = await complaint({ SAM: sam });

    expect(line).toContain('SAM CLI, version 1.99.0');
    expect(line).toContain('needs SAM CLI 1.148 or newer');
  });
});

async function firstNumber(stream: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: stream })) return Number(line);
  throw new Error('Local AWS did not start.');
}

/** What the setup prints when it cannot begin: one line, or the test fails. */
async function complaint(changes: Record<string, string>): Promise<string> {
  const ended = await run(process.execPath, [script], { env: { ...process.env, ...changes } });
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  const [line = '', ...more] = ended.stderr.trimEnd().split('\n');
  expect(more).toEqual([]);
  return line;
}

/** A command that prints this as its version. */
async function fake(name: string, version: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return file;
}
