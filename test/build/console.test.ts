import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

const standIn = JSON.stringify(new URL('../../build/replacements/console.ts', import.meta.url).href);

/** Runs a script with the stand-in as `Console`, with a pipe as stdout. */
function run(script: string) {
  return spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { Console } from ${standIn}; ${script}`,
  ]);
}

describe("the stand-in for Node's console", () => {
  it('writes lines of every level to stdout, in order', async () => {
    const child = run(
      'const c = new Console(); c.debug("1"); c.info("2"); c.warn("3"); c.error("4"); c.log("5"); c.trace("6");',
    );

    expect(await text(child.stdout)).toBe('1\n2\n3\n4\n5\n6\n');
  });

  it('has written what was logged before a promise settles that settles after it', async () => {
    const child = run(
      'async function handler() { new Console().log("logged"); } await handler(); process.kill(process.pid, "SIGKILL");',
    );

    expect(await text(child.stdout)).toBe('logged\n');
  });

  it('waits for a slow reader of a pipe that does not block', async () => {
    // Looking at process.stdout makes the pipe one that does not block.
    const child = run(
      'process.stdout; const c = new Console(); for (let i = 0; i < 20_000; i++) c.log(`${i} ${"x".repeat(90)}`);',
    );
    await setTimeout(300);

    const lines = (await text(child.stdout)).trimEnd().split('\n');

    expect(lines).toHaveLength(20_000);
    expect(lines.every((line, index) => line === `${index} ${'x'.repeat(90)}`)).toBe(true);
  });

  it('lets the function go on when nobody reads the log', async () => {
    const child = run('new Console().log("x"); await null; process.exitCode = 7;');
    child.stdout.destroy();

    const ended: unknown[] = await once(child, 'exit');

    expect(ended[0]).toBe(7);
  });
});
