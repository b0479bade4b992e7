import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/stack/**'],
    globalSetup: ['test/support/build-once.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/test.json' },
    coverage: { include: ['src/**'] },
  },
});
