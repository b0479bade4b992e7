import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** The Python tools of the stack tests live in here; a test finds them on its PATH. */
export const virtualEnvironment = join(projectRoot, '.venv');

export const toolsFolder = join(virtualEnvironment, 'bin');

/** PATH with the Python tools before all else. */
export const pathWithTools = [toolsFolder, process.env['PATH']].join(delimiter);
