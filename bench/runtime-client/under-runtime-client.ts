import path from 'node:path';
import { startLambdaProcess } from '../harness/lambda-process.ts';
import { heapOf256Mb, type Start } from '../harness/subjects.ts';
import { lookForUsage } from '../harness/usage.ts';

/**
 * A bundle under AWS's runtime interface client, with the log settings of the template's function.
 *
 * @param client path of the client's entry
 */
export function underRuntimeClient(client: string, bundle: string): Start {
  return async (environment) =>
    startLambdaProcess(
      {
        command: process.execPath,
        options: [...heapOf256Mb, client],
        folder: path.dirname(bundle),
        environment: {
          ...environment,
          _HANDLER: `${path.basename(bundle, path.extname(bundle))}.handler`,
          LAMBDA_TASK_ROOT: path.dirname(bundle),
          AWS_LAMBDA_LOG_FORMAT: 'JSON',
          AWS_LAMBDA_LOG_LEVEL: 'INFO',
        },
      },
      lookForUsage,
    );
}
