import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { FiguresReporter } from './test/stack/setup/figures-reporter.ts';
import { pathWithTools } from './src/local/aws/paths.ts';

// Tests start many processes that load the same code; compiled, it loads in half the time.
// https://nodejs.org/api/module.html#module-compile-cache
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** `npm test` */
const unit: TestProjectInlineConfiguration = {
  test: {
    name: 'unit',
    include: ['test/**/*.test.ts'],
    exclude: ['test/stack/**', 'test/browser/**'],
    globalSetup: ['test/support/build-once.ts'],
    // Files share a process: to load the AWS SDK for each of them takes longer than the tests do.
    isolate: false,
    // One for each core; Vitest would leave one core idle.
    maxWorkers: '100%',
    setupFiles: ['test/support/leave-nothing-behind.ts'],
    // A busy machine is no failure; what must be quick measures its own time.
    testTimeout: 30_000,
  },
};

const onLocalAws = {
  globalSetup: ['test/stack/setup/global-setup.ts'],
  env: { PATH: pathWithTools },
  testTimeout: 400_000,
  hookTimeout: 120_000,
};
const load = ['test/stack/load.test.ts', 'test/stack/ops/redrive-killed.test.ts'];

/** `npm run test:stack` */
const stack: TestProjectInlineConfiguration = {
  test: {
    ...onLocalAws,
    name: 'stack',
    include: ['test/stack/**/*.test.ts'],
    exclude: [...load, 'test/stack/sam-local/**'],
    // They wait more than they work. Each file has a region of its own: see setup/environment.ts.
    maxWorkers: 3,
    sequence: { groupOrder: 1 },
  },
};

/** Of the same command. Its figures are of time, so it runs alone. */
const stackLoad: TestProjectInlineConfiguration = {
  test: { ...onLocalAws, name: 'stack-load', include: load, maxWorkers: 1, sequence: { groupOrder: 2 } },
};

/** `npm run test:sam-local` */
const samLocal: TestProjectInlineConfiguration = {
  test: {
    name: 'sam-local',
    include: ['test/stack/sam-local/**/*.test.ts'],
    globalSetup: ['test/stack/sam-local/global-setup.ts'],
    // The first invocation pulls and builds an image.
    testTimeout: 300_000,
  },
};

/** `npm run test:browser`: the HTML report in Chromium, which has to be installed. */
const inBrowser: TestProjectInlineConfiguration = {
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
};

/**
 * `npm run mutate`: the tests that notice mutants of the enforcer. The examples alone, which a person can read, and
 * which are quick and always the same. What the model and the property tests find beyond them is not counted.
 */
const mutate: TestProjectInlineConfiguration = {
  test: {
    name: 'mutate',
    include: ['test/enforcer/**/*.test.ts'],
    exclude: ['test/enforcer/model.test.ts', 'test/enforcer/**/*.property.test.ts'],
  },
};

/** Stryker cannot name the project that it wants, but it sets this variable. */
const isStryker = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;

export default defineConfig({
  test: {
    projects: isStryker ? [mutate] : [unit, stack, stackLoad, samLocal, inBrowser],
    reporters: [new FiguresReporter(), 'default', 'json'],
    // Each npm script but `npm test` names a file of its own.
    outputFile: { json: 'reports/test.json' },
    coverage: { include: ['src/**'] },
  },
});
