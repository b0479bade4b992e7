import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ec2 } from './clients.ts';

type Fate = 'alive' | 'dead' | 'unknown';

/** How long a test waits for what should come within a second or two, and how often it looks; milliseconds. */
export const soon = { timeout: 20_000, interval: 100 } as const;

/** The fates that there are among these instances, each once: `['dead']` when all are dead. */
export async function fatesOf(instanceIds: readonly string[], client = ec2): Promise<Fate[]> {
  const fates = await fateOfEach(instanceIds, client);
  return [...new Set(instanceIds.map((instanceId) => fates.get(instanceId) ?? 'unknown'))].toSorted();
}

/** moto shows so many launches on a page. */
const PAGE = 100;

/** The fate of each instance that EC2 shows. */
export async function fateOfEach(
  instanceIds: readonly string[],
  client = ec2,
): Promise<ReadonlyMap<string, Fate>> {
  const fates = new Map<string, Fate>();
  for (let start = 0; start < instanceIds.length; start += PAGE) {
    const filter = { Name: 'instance-id', Values: instanceIds.slice(start, start + PAGE) };
    const { Reservations: reservations = [] } = await client.send(
      new DescribeInstancesCommand({ Filters: [filter] }),
    );
    for (const { InstanceId, State } of reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (InstanceId !== undefined) fates.set(InstanceId, fateIn(State?.Name ?? 'unknown'));
    }
  }
  return fates;
}

function fateIn(state: string): Fate {
  switch (state) {
    case 'pending':
    case 'running':
      return 'alive';
    case 'shutting-down':
    case 'terminated':
      return 'dead';
    default:
      return 'unknown';
  }
}
