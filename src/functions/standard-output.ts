/** Without `import`, for which Node would load what hangs on its lazy exports. */
const fs = process.getBuiltinModule('node:fs');
const STDOUT = 1;

/** Milliseconds to wait, in all, for a reader that is slower than the function. */
const PATIENCE = 1_000;

/** Characters of one text. CloudWatch Logs takes 1 MB a line, and no text that tells a person something is so long. */
const LONGEST_TEXT = 16_384;

/** What JSON leaves as it is, and a terminal or a viewer takes for a line break, a command or a change of direction. */
const unsafe = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Writes each object as one line of JSON to standard output, all before it returns: the process may be frozen after it.
 * `console` would not do: Lambda wraps what comes through it, and CloudWatch finds no metrics in it then.
 *
 * It waits for a pipe that is full. As with Node's own console, a reader that is gone is not the program's failure.
 *
 * @throws Error when the pipe stays full
 */
export function writeLines(lines: readonly object[]): void {
  let left: Uint8Array = Buffer.from(lines.map((line) => `${toJson(line)}\n`).join(''));
  for (let waited = 0; left.length > 0;) {
    if (waited >= PATIENCE) {
      throw new Error(
        `Expected standard output to be read, found it full for ${PATIENCE} ms; ${left.length} bytes of log are lost.`,
      );
    }
    const written = write(left);
    if (written === 'lost') return;
    if (written === 'full') waited += waitOneMillisecond();
    else left = left.subarray(written);
  }
}

function toJson(line: object): string {
  const json = JSON.stringify(line);
  return (json.length > LONGEST_TEXT ? JSON.stringify(line, shorten) : json).replaceAll(
    unsafe,
    (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

function shorten(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value;
  return `${value.slice(0, LONGEST_TEXT)}... (${value.length} characters)`;
}

/** How many bytes went out. `full`: none now, the pipe must be read first. `lost`: nobody reads it any more. */
function write(bytes: Uint8Array): number | 'full' | 'lost' {
  try {
    return fs.writeSync(STDOUT, bytes);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'full' : 'lost';
  }
}

function waitOneMillisecond(): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  return 1;
}
