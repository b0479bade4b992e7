import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/stack/sam-local/**/*.test.ts'],
    globalSetup: ['test/stack/sam-local/global-setup.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/test-sam-local.json' },
    // The first invocation pulls and builds an image.
    testTimeout: 300_000,
  },
});
