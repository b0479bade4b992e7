import { afterAll, vi } from 'vitest';

// Test files share a process, and what one changes the next must not see.
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});
