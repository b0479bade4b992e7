import { run } from '../../../src/local/aws/run.ts';

/** A Docker engine, and how a container of it and this process reach each other. */
export interface DockerEngine {
  /** Address of this machine that containers reach at `containersSee`. */
  readonly listenOn: string;
  /** Whether the image that SAM runs functions in is here, so that nothing need be pulled. */
  readonly hasImage: boolean;
}

/** Docker's name for this machine, given to each container with `--add-host`. */
export const hostInContainers = 'host.docker.internal';

/** The processor of the containers, as the template's parameter `Architecture` names it. */
export const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** The Docker engine that answers, or undefined. */
export async function findDocker(): Promise<DockerEngine | undefined> {
  const version = await run('docker', ['version', '--format', '{{.Server.Version}}']);
  if (version.code !== 0) return undefined;
  const image = `public.ecr.aws/lambda/nodejs:24-${architecture}`;
  const { code } = await run('docker', ['image', 'inspect', image]);
  return { listenOn: await gateway(), hasImage: code === 0 };
}

/**
 * On Linux, the address of Docker's bridge, where containers reach this machine and nobody else does: the gateway of
 * its network, which is the first address where the settings name none. Docker Desktop runs its engine in a machine of
 * its own, and leads `host.docker.internal` to this one's loopback.
 */
async function gateway(): Promise<string> {
  const template = '{{range .IPAM.Config}}{{.Gateway}} {{.Subnet}}{{end}}';
  const bridge = await run('docker', ['network', 'inspect', 'bridge', '--format', template]);
  const [address = '', subnet = ''] = bridge.stdout.trimEnd().split(' ');
  if (process.platform !== 'linux' || subnet === '') return '127.0.0.1';
  return address === '' ? subnet.replace(/\.\d+\/\d+$/, '.1') : address;
}
