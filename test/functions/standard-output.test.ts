import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

const module = JSON.stringify(new URL('../../src/functions/standard-output.ts', import.meta.url).href);

/** Runs a script that may write lines, with a pipe as standard output. */
function run(script: string) {
  return spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { writeLines } from ${module}; ${script}`,
  ]);
}

describe('lines on standard output', () => {
  it('are written before the call returns: the process may be frozen after it', async () => {
    const child = run('writeLines([{ a: 1 }, { b: 2 }]); process.kill(process.pid, "SIGKILL");');

    expect(await text(child.stdout)).toBe('{"a":1}\n{"b":2}\n');
  });

  it('wait for a slow reader of a pipe that is full, 1,000 at once, and none is lost', async () => {
    // Looking at process.stdout makes the pipe one that does not block.
    const child = run(
      'process.stdout; writeLines(Array.from({ length: 1_000 }, (_, line) => ({ line, text: "x".repeat(900) })));',
    );
    await setTimeout(300);

    const lines = (await text(child.stdout)).trimEnd().split('\n');

    expect(lines).toEqual(
      Array.from({ length: 1_000 }, (_, line) => JSON.stringify({ line, text: 'x'.repeat(900) })),
    );
  });

  it('fail, in words, when nobody reads for a second', async () => {
    const child = run(
      'process.stdout; try { writeLines([{ text: "x".repeat(9_000) }, ...Array(99).fill({ text: "x".repeat(9_000) })]); } catch (error) { process.stderr.write(error.message); }',
    );

    expect(await text(child.stderr)).toMatch(
      /^Expected standard output to be read, found it full for 1000 ms; \d+ bytes/,
    );
    child.kill();
  });

  it('let the function go on when the reader is gone', async () => {
    const child = run('writeLines([{}]); process.exitCode = 7;');
    child.stdout.destroy();

    const ended: unknown[] = await once(child, 'exit');

    expect(ended[0]).toBe(7);
  });

  it.each([
    ['line breaks', 'a\n\r\u2028\u2029\u0085b'],
    ['control characters', 'a\u0000\u001b[2J\u009b31mb'],
    ['bidirectional characters', 'a\u202e\u2066\u200fb'],
    ['quotation marks', '"}\n{"level":"ERROR"'],
  ])('stay one line of valid JSON that reads the same, whatever the value: %s', async (_, value) => {
    const child = run(`writeLines([{ value: ${JSON.stringify(value)} }]);`);

    const written = await text(child.stdout);

    expect(JSON.parse(written)).toEqual({ value });
    expect(written.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
  });

  it('are cut to a length that CloudWatch Logs takes, and say so', async () => {
    const child = run('writeLines([{ value: "x".repeat(1_000_000) }]);');

    const written = await text(child.stdout);

    expect(written.length).toBeLessThan(20_000);
    expect(JSON.parse(written)).toHaveProperty(
      'value',
      expect.stringMatching(/^x+\.\.\. \(1000000 characters\)$/),
    );
  });
});
