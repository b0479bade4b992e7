/**
 * Stands in the bundle for `node:console`, of which the Powertools make a `Console` each to write lines to stdout. Making
 * `process.stdout` takes a tenth of an empty function's cold start, and each line a system call of its own; here
 * the lines of one piece of work go out together, before the handler's promise settles.
 *
 * Lines for stderr go to stdout as well: Lambda puts both into the same log, and this way they stay in order.
 */
export class Console {
  readonly trace = add;
  readonly debug = add;
  readonly info = add;
  readonly log = add;
  readonly warn = add;
  readonly error = add;
}

const fs = process.getBuiltinModule('node:fs');
const STDOUT = 1;

/** Milliseconds to wait, in all, for a reader that is slower than the function. */
const PATIENCE = 1_000;

let lines: string[] = [];

function add(line: string): void {
  if (lines.length === 0) queueMicrotask(flush);
  lines.push(`${line}\n`);
}

function flush(): void {
  let left: Uint8Array = Buffer.from(lines.join(''));
  lines = [];
  for (let waited = 0; left.length > 0 && waited < PATIENCE;) {
    const written = write(left);
    if (written === 'lost') return;
    if (written === 'full') waited += wait();
    else left = left.subarray(written);
  }
}

/** How many bytes went out. `full`: none now, the pipe must be read first. `lost`: nobody reads it any more. */
function write(bytes: Uint8Array): number | 'full' | 'lost' {
  try {
    return fs.writeSync(STDOUT, bytes);
  } catch (error) {
    // As with Node's own console, a log that cannot be written is not the program's failure.
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'full' : 'lost';
  }
}

/** One millisecond. */
function wait(): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  return 1;
}
