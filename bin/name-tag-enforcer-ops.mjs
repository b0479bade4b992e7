#!/usr/bin/env node
// Starts src/ops/cli.ts, which is TypeScript and needs a Node.js that runs it as it is: this one, or else the one that
// `npm ci` installs. Plain JavaScript, so that an old Node.js gets this far.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const needed = 24;
const cli = new URL('../src/ops/cli.ts', import.meta.url);
const installed = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= needed) {
  await import(cli.href);
} else if (existsSync(installed)) {
  const child = spawn(installed, [fileURLToPath(cli), ...process.argv.slice(2)], { stdio: 'inherit' });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
} else {
  process.stderr.write(
    `Expected Node.js ${needed} or later, got ${process.version}. ` +
      "Run `npm ci` in the project's folder, which brings its own.\n",
  );
  process.exitCode = 2;
}
