import { defineConfig } from 'vitest/config';
import { pathWithTools } from './setup/paths.ts';

const inAll = { env: { PATH: pathWithTools }, testTimeout: 90_000, hookTimeout: 60_000 };
const figures = ['test/stack/faults.test.ts', 'test/stack/load.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/stack/setup/global-setup.ts'],
    reporters: ['test/stack/setup/figures-reporter.ts', 'default'],
    projects: [
      {
        test: {
          ...inAll,
          name: 'cases',
          include: ['test/stack/**/*.test.ts'],
          exclude: [...figures, 'test/stack/sam-local/**'],
          // They wait more than they work. Each has a region of its own: see setup/environment.ts.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...inAll,
          name: 'figures',
          include: figures,
          // What they measure is measured alone.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
