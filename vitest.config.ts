import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/stack/**'],
    globalSetup: ['test/support/build-once.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/test.json' },
    // A busy machine is no failure; what must be quick measures its own time.
    testTimeout: 30_000,
    coverage: { include: ['src/**'] },
  },
});
