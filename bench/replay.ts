/*
 * `npm run bench:replay`: how many records a second `replay` judges and how much memory it takes, for 1,000,000
 * `RunInstances` records, the slowest kind. The tool runs as a process, as an operator runs it. `--records N` takes
 * another number.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { writeLogFile } from '../test/support/cloudtrail-log.ts';

/** MB that the tool may take at most, whatever it reads. */
const BUDGET_MB = 200;
const FILES = 100;

/** What `replay --json` prints last. */
const LastLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    records: v.number(),
    seconds: v.number(),
    recordsPerSecond: v.number(),
    peakMemoryMb: v.number(),
    launches: v.object({ terminate: v.number(), spare: v.number(), ignore: v.number() }),
  }),
);

const { values } = parseArgs({ options: { records: { type: 'string', default: '1000000' } } });
const count = v.parse(
  v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(FILES)),
  values.records,
);

const folder = await mkdtemp(join(tmpdir(), 'replay-'));
try {
  const one = join(folder, 'one.json.gz');
  await writeLogFile(one, 0, count);
  await report('one file, compressed', one);
  await rm(one);

  const plain = join(folder, 'one.json');
  await writeLogFile(plain, 0, count);
  await report('one file, as it is', plain);
  await rm(plain);

  const each = Math.floor(count / FILES);
  for (let file = 0; file < FILES; file++) {
    await writeLogFile(join(folder, `${String(file).padStart(4, '0')}.json.gz`), file * each, each);
  }
  await report(`${FILES} files, compressed`, folder);
  await report(`${FILES} files, every verdict printed`, folder, false);
} finally {
  await rm(folder, { recursive: true });
}

async function report(name: string, source: string, totalsOnly = true): Promise<void> {
  const { size, isDirectory } = await stat(source).then((found) => ({
    size: found.size,
    isDirectory: found.isDirectory(),
  }));
  const tool = spawn(
    process.execPath,
    ['src/ops/cli.ts', 'replay', source, '--json', ...(totalsOnly ? ['--totals-only'] : [])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [last] = await Promise.all([lastLine(tool.stdout), once(tool, 'close')]);
  const { records, seconds, recordsPerSecond, peakMemoryMb } = v.parse(LastLine, last);
  const bytes = isDirectory ? '' : ` (${Math.round(size / 1e6)} MB)`;
  console.log(
    `${name}${bytes}: ${records} records in ${seconds} s, ${recordsPerSecond} records/s, peak memory ${peakMemoryMb} MB`,
  );
  if (peakMemoryMb > BUDGET_MB) {
    console.error(`Expected at most ${BUDGET_MB} MB.`);
    process.exitCode = 1;
  }
}

async function lastLine(output: Readable): Promise<string> {
  let last = '';
  for await (const line of createInterface(output)) last = line;
  return last;
}
