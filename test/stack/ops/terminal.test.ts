import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeLogFile } from '../../support/cloudtrail-log.ts';
import { environment, region } from '../setup/environment.ts';
import { CTRL_C, inTerminal, type InTerminal } from './in-terminal.ts';

const tool = [process.execPath, 'src/ops/cli.ts'];

let folder: string;
let log: string;
/** An EC2 that never answers. */
let silent: Server;
let endpoint: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'terminal-'));
  log = path.join(folder, 'log.json.gz');
  await writeLogFile(log, 0, 200_000);
  silent = createServer(() => {});
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = v.parse(v.object({ port: v.number() }), silent.address());
  endpoint = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await rm(folder, { recursive: true });
});

async function shown(command: readonly string[], pressCtrlCAfter?: string): Promise<InTerminal> {
  const env = { ...environment({ aws: endpoint, ec2: endpoint }), AWS_REGION: region };
  return inTerminal(command, env, pressCtrlCAfter === undefined ? [] : [[pressCtrlCAfter, CTRL_C]]);
}

const hidden = { cursor: '\u001b[?25l', wrap: '\u001b[?7l' };
const restored = { cursor: '\u001b[?25h', wrap: '\u001b[?7h' };

function expectRestored(text: string): void {
  expect(text).toContain(hidden.cursor);
  expect(text.lastIndexOf(restored.cursor)).toBeGreaterThan(text.lastIndexOf(hidden.cursor));
  expect(text.lastIndexOf(restored.wrap)).toBeGreaterThan(text.lastIndexOf(hidden.wrap));
}

describe('the terminal is as it was before', () => {
  test('after a command that came to its end', async () => {
    const { text, ended } = await shown([...tool, 'replay', log, '--totals-only']);

    expect(ended).toBe(0);
    expectRestored(text);
  });

  test('after Ctrl-C in replay, which ends it as the system would', async () => {
    const { text, ended } = await shown([...tool, 'replay', log, '--totals-only'], 'records/s');

    expect(ended).toBe(-2);
    expectRestored(text);
  });

  test('after Ctrl-C in audit', async () => {
    const { text, ended } = await shown([...tool, 'audit', '--regions', region, '--exempt', ''], 'regions');

    expect(ended).toBe(-2);
    expectRestored(text);
  });

  test('when the reader of its output has seen enough', async () => {
    const command = `${tool.join(' ')} replay ${log} | head -n 2`;

    const { text, ended } = await shown(['sh', '-c', command]);

    expect(ended).toBe(0);
    expect(text).toContain('TIME ');
    expectRestored(text);
  });

  test('when it fails', async () => {
    const broken = path.join(folder, 'broken.json');
    await writeFile(broken, '{"Records":[{"eventName":"RunInstances"}, nonsense');

    const { text, ended } = await shown([...tool, 'replay', broken, log, '--totals-only']);

    expect(ended).toBe(1);
    expectRestored(text);
    // The row stands on a line of its own, which was cleared of the progress before.
    const row = text.split('\n').find((line) => line.includes('Skipped')) ?? '';
    const before = row.slice(0, row.indexOf('Skipped'));
    expect(before === '' || before.endsWith('\r\u001b[K')).toBe(true);
    expect(row).toMatch(/broken\.json[^\r]*\r$/);
  });
});
