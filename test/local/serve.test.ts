import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launchEvent } from '../support/launch-events.ts';

const script = join(import.meta.dirname, '../../src/local/serve.ts');

interface Served {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** All that was printed so far, both streams. */
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
}

function serve(...args: string[]): Served {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, printed: () => text, ended };
}

async function urlOf({ printed }: Served): Promise<string> {
  for (;;) {
    const [, url] = /EC2 endpoint: (http:\S+)\n/.exec(printed()) ?? [];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function writeEvent(content: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'serve-')), 'event.json');
  await writeFile(file, content);
  return file;
}

describe('npm run local:ec2', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'holds the instances of events, and ends well on %s',
    async (signal) => {
      const file = await writeEvent(JSON.stringify(launchEvent()));
      const served = serve('--port', '0', '--events', file, file);

      const url = await urlOf(served);
      const answer = await fetch(`${url}/?Action=DescribeInstances&InstanceId.1=i-0123456789abcdef0`);
      served.child.kill(signal);

      expect(answer.status).toBe(200);
      expect(served.printed()).toContain(`${file}: 1 instance\n${file}: 0 instances\n`);
      expect(await served.ended).toBe(0);
    },
  );

  test('says in one line that the port is in use, and fails', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      other.close();
    });
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const served = serve('--port', String(port));

    expect(await served.ended).toBe(1);
    expect(served.printed()).toBe(
      `Port ${port} of 127.0.0.1 is in use. End what listens there, or choose another with --port.\n`,
    );
  });

  test('says which file it cannot read, and fails', async () => {
    const file = await writeEvent('{');

    const served = serve('--port', '0', '--events', file);

    expect(await served.ended).toBe(1);
    expect(served.printed()).toMatch(
      /^Expected .*event\.json to hold an event as JSON, got SyntaxError.*\n$/,
    );
  });

  test.each(['65536', 'http', '-1', '1.5'])('refuses the port %s', async (port) => {
    const served = serve(`--port=${port}`);

    expect(await served.ended).toBe(1);
    expect(served.printed()).toContain('A port is a whole number from 0 to 65535.');
  });
});
