import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/stack/**'],
    globalSetup: ['test/support/build-once.ts'],
    coverage: { include: ['src/**'] },
  },
});
