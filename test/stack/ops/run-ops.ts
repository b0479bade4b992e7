import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { environment, region } from '../setup/environment.ts';
import { projectRoot } from '../../../src/local/aws/paths.ts';
import { run, type Run } from '../../../src/local/aws/run.ts';
import { localAws } from '../support/clients.ts';
import { inTerminal, type InTerminal } from './in-terminal.ts';

const cli = 'src/ops/cli.ts';

/** Environment of an operator of local AWS. */
export function operator(endpoint = localAws.aws): NodeJS.ProcessEnv {
  return { ...environment({ aws: endpoint, ec2: localAws.ec2 }), AWS_REGION: region, NO_COLOR: '1' };
}

/** Runs a command of the tool to its end, as an operator does. */
export async function ops(stackName: string, ...args: readonly string[]): Promise<Run> {
  return run(process.execPath, [cli, ...args, '--stack', stackName], { cwd: projectRoot, env: operator() });
}

/** The same at a terminal, where somebody types. */
export async function opsInTerminal(
  stackName: string,
  args: readonly string[],
  typed: Parameters<typeof inTerminal>[2] = [],
  columns = 80,
): Promise<InTerminal> {
  return inTerminal([process.execPath, cli, ...args, '--stack', stackName], operator(), typed, columns);
}

/** The same, with all calls but those of EC2 going over another endpoint. */
export async function opsOver(endpoint: string, stackName: string, ...args: readonly string[]): Promise<Run> {
  const env = { ...operator(endpoint), AWS_ENDPOINT_URL_EC2: endpoint };
  return run(process.execPath, [cli, ...args, '--stack', stackName], { cwd: projectRoot, env });
}

const Json = v.pipe(v.string(), v.parseJson());

/** What a command prints for programs; throws what it says when it prints none. */
export async function opsJson(stackName: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr, code } = await ops(stackName, ...args, '--json');
  const document = v.safeParse(Json, stdout);
  if (document.success) return document.output;
  throw new Error(`${args.join(' ')} ended with ${code} and no JSON: ${stdout}${stderr}`);
}

/** A command that runs, to be ended from outside. */
export interface RunningOps {
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly hasEnded: () => boolean;
  /** What it told the person, when it has ended. */
  readonly said: Promise<string>;
  readonly signal: (name: 'SIGINT' | 'SIGKILL') => void;
}

export function startOps(stackName: string, ...args: readonly string[]): RunningOps {
  const child = spawn(process.execPath, [cli, ...args, '--stack', stackName], {
    cwd: projectRoot,
    env: operator(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    ended: once(child, 'exit').then(([code, signal]: (number | string)[]) => code ?? signal ?? 'unknown'),
    said: text(child.stderr),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    signal: (name) => void child.kill(name),
  };
}
