import { styleText } from 'node:util';
import { Command } from 'commander';
import { startEc2Endpoint } from './ec2/endpoint.ts';
import { EventFileError, holdInstancesOf, readEventFile } from './event-file.ts';
import { FunctionStartError, startFunction } from './lambda/function-process.ts';

interface InvokeOptions {
  readonly report: boolean;
  readonly exempt: readonly string[];
  readonly log: boolean;
}

await new Command('npm run invoke --')
  .description(
    'Sends one event or queue message through the built bundle, against an embedded EC2 that holds its instances. ' +
      'Prints what the function answers. Exit code 0 when it answers, 1 when it throws, 2 when it could not be tried.',
  )
  .argument(
    '<file>',
    'an event, a message of the second-look queue, or a batch of them; for example events/console-without-tags.json',
  )
  .option('--report', 'terminate nothing: MODE=report', false)
  .option('--exempt <key...>', 'spare instances with one of these tag keys: EXEMPT_TAG_KEYS', [])
  .option('--log', 'print what the function logs as well', false)
  .action(invoke)
  .parseAsync();

async function invoke(file: string, { report, exempt, log }: InvokeOptions): Promise<void> {
  const endpoint = await startEc2Endpoint();
  try {
    const read = await readEventFile(file);
    await holdInstancesOf(file, read, endpoint.fleet);
    const invoked = await startFunction({
      file: read.function,
      endpointUrl: endpoint.url,
      region: endpoint.region,
      environment: {
        ...(report && { MODE: 'report' }),
        ...(exempt.length > 0 && { EXEMPT_TAG_KEYS: exempt.join(',') }),
      },
    });
    const invocation = await invoked.invoke(read.event, 10_000);
    await invoked.close();

    if (log) console.log(invocation.log.join('\n'));
    if (invocation.kind === 'answered') {
      console.log(JSON.stringify(invocation.answer, null, 2));
    } else {
      const { name, message } = invocation.error;
      console.log(`${styleText('red', name)}: ${message}`);
      process.exitCode = 1;
    }
    const calls = [...endpoint.calls].map(([action, count]) => `${count} ${action}`).join(', ');
    console.log(`EC2 calls: ${calls || 'none'}.`);
  } catch (error) {
    if (!(error instanceof EventFileError || error instanceof FunctionStartError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  } finally {
    await endpoint.close();
  }
}
