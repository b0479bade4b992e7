import { Command, InvalidArgumentError } from 'commander';
import { startEc2Endpoint, type Ec2Endpoint } from './ec2/endpoint.ts';
import { EventFileError, holdInstancesOf, readEventFile } from './event-file.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly seed?: string;
  readonly events: readonly string[];
}

/** Something that the person at the command line can put right. */
class ServeError extends Error {
  override readonly name = 'ServeError';
}

const command = new Command('npm run local:ec2 --')
  .description(
    'Runs the embedded EC2 endpoint until it is interrupted. Nothing outside this process is touched.',
  )
  .option('--host <address>', 'address to listen on; 0.0.0.0 for containers of this machine', '127.0.0.1')
  .option('--port <number>', 'port to listen on; 0 for a free one', parsePort, 9911)
  .option('--seed <text>', 'make the same ids in every run')
  .option('--events <file...>', 'sample events whose instances exist from the start', [])
  .action(serve);

await command.parseAsync();

async function serve(options: ServeOptions): Promise<void> {
  try {
    const endpoint = await start(options);
    try {
      for (const file of options.events) await preload(endpoint, file);
      console.log(`EC2 endpoint: ${endpoint.url}`);
      console.log(
        `Try: aws ec2 describe-instances --region ${endpoint.region} --endpoint-url ${endpoint.url}`,
      );
      console.log('It runs until Ctrl-C.');
      await interruption();
    } finally {
      await endpoint.close();
    }
  } catch (error) {
    if (!(error instanceof ServeError || error instanceof EventFileError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function start({ host, port, seed }: ServeOptions): Promise<Ec2Endpoint> {
  try {
    return await startEc2Endpoint({ host, port, ...(seed === undefined ? {} : { seed }) });
  } catch (cause) {
    throw new ServeError(listenMessage(host, port, cause), { cause });
  }
}

function listenMessage(host: string, port: number, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${host} is in use. End what listens there, or choose another with --port.`;
  }
  return `Cannot listen on port ${port} of ${host}: ${String(cause)}. Choose others with --host and --port.`;
}

async function preload({ fleet }: Ec2Endpoint, file: string): Promise<void> {
  const count = await holdInstancesOf(file, await readEventFile(file), fleet);
  console.log(`${file}: ${count} ${count === 1 ? 'instance' : 'instances'}`);
}

async function interruption(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
