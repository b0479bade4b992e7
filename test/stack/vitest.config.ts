import { defineConfig } from 'vitest/config';
import { pathWithTools } from './setup/paths.ts';

export default defineConfig({
  test: {
    include: ['test/stack/**/*.test.ts'],
    exclude: ['test/stack/sam-local/**'],
    globalSetup: ['test/stack/setup/global-setup.ts'],
    env: { PATH: pathWithTools },
    // The stacks share one local AWS, and one bus of events, so only one is there at a time.
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
