import type { TestProject } from 'vitest/node';
import { startLocalAws, type Addresses, type LocalAws } from '../../../src/local/aws/start-local-aws.ts';
import { installPythonTools } from '../../../src/local/aws/python-tools.ts';
import { endWithOneLine } from '../../../src/local/aws/setup-error.ts';

declare module 'vitest' {
  interface ProvidedContext {
    localAws: Addresses;
  }
}

declare global {
  /** One for all projects that run on it: Vitest loads this file anew for each of them, in one process. */
  var localAws: Promise<LocalAws> | undefined;
}

/** Runs before all stack tests; what it returns, after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    globalThis.localAws ??= start((line) => project.vitest.logger.log(line));
    const localAws = await globalThis.localAws;
    project.provide('localAws', localAws.addresses);
    return async () => localAws.stop();
  } catch (error) {
    return endWithOneLine(error);
  }
}

async function start(say: (line: string) => void): Promise<LocalAws> {
  await installPythonTools(say);
  return startLocalAws();
}
