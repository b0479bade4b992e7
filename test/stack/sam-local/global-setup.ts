import type { TestProject } from 'vitest/node';
import { installPythonTools } from '../../../src/local/aws/python-tools.ts';
import { endWithOneLine } from '../../../src/local/aws/setup-error.ts';
import { findDocker, type DockerEngine } from './docker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where none answers. */
    docker: DockerEngine | null;
  }
}

/** Runs before the tests: looks for Docker, and only where it is, installs `sam`. */
export async function setup(project: TestProject): Promise<void> {
  try {
    const docker = await findDocker();
    project.provide('docker', docker ?? null);
    if (docker === undefined) {
      project.vitest.logger.log(
        'Skipped: no Docker engine answers `docker version`. Start one, and run again.',
      );
    } else {
      await installPythonTools((line) => project.vitest.logger.log(line));
    }
  } catch (error) {
    endWithOneLine(error);
  }
}
