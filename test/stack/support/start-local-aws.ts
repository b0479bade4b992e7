/*
 * Does what the stack tests' setup does, in a process of its own: for tests of how that begins and ends. Prints the id
 * of the process group of local AWS, and waits.
 */
import { once } from 'node:events';
import { startLocalAws } from '../../../src/local/aws/start-local-aws.ts';
import { installPythonTools } from '../../../src/local/aws/python-tools.ts';
import { endWithOneLine } from '../../../src/local/aws/setup-error.ts';

try {
  await installPythonTools(() => undefined);
  const localAws = await startLocalAws('reports/local-aws-of-its-own.log');
  process.stdout.write(`${localAws.processGroup}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await localAws.stop();
} catch (error) {
  endWithOneLine(error);
}
