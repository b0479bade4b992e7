import type { TestProject } from 'vitest/node';
import { startLocalAws, type Addresses } from './local-aws.ts';
import { installPythonTools } from './python-tools.ts';
import { endWithOneLine } from './setup-error.ts';

declare module 'vitest' {
  interface ProvidedContext {
    localAws: Addresses;
  }
}

/** Runs before all stack tests; what it returns, after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    await installPythonTools((line) => project.vitest.logger.log(line));
    const localAws = await startLocalAws();
    project.provide('localAws', localAws.addresses);
    return async () => localAws.stop();
  } catch (error) {
    return endWithOneLine(error);
  }
}
