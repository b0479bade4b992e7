import { defineConfig } from 'vitest/config';

/**
 * The tests that mutants of the enforcer must not survive: the examples alone, which a person can read, and which are
 * quick and always the same. What the model and the property tests find beyond them is not counted.
 */
export default defineConfig({
  test: {
    include: ['test/enforcer/**/*.test.ts'],
    exclude: ['test/enforcer/model.test.ts', 'test/enforcer/**/*.property.test.ts'],
  },
});
