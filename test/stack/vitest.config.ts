import { defineConfig } from 'vitest/config';
import { FiguresReporter } from './setup/figures-reporter.ts';
import { pathWithTools } from './setup/paths.ts';

const inAll = { env: { PATH: pathWithTools }, testTimeout: 400_000, hookTimeout: 120_000 };
const load = 'test/stack/load.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/stack/setup/global-setup.ts'],
    reporters: [new FiguresReporter(), 'default', 'json'],
    outputFile: { json: 'reports/test-stack.json' },
    projects: [
      {
        test: {
          ...inAll,
          name: 'cases',
          include: ['test/stack/**/*.test.ts'],
          exclude: [load, 'test/stack/sam-local/**'],
          // They wait more than they work. Each file has a region of its own: see setup/environment.ts.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Its figures are of time, so it runs alone.
        test: { ...inAll, name: 'load', include: [load], maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
