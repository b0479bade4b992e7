import type { InstanceFleet } from '../enforcer/fleet.ts';
import { ec2Limits } from './ec2-limits.ts';

/**
 * The fleet, with the AWS SDK loaded at the first call: most launches are named in their event and need none, and
 * loading it takes longer than all else that the function does.
 */
export function createLazyEc2Fleet(endpointUrl: string | undefined): InstanceFleet {
  let loading: Promise<InstanceFleet> | undefined;
  const load = (): Promise<InstanceFleet> =>
    (loading ??= import('./ec2-fleet.ts').then(({ createEc2Fleet }) => createEc2Fleet(endpointUrl)));
  return {
    limits: ec2Limits,
    describe: async (instanceIds, deadline) => (await load()).describe(instanceIds, deadline),
    find: async (reference, deadline) => (await load()).find(reference, deadline),
    terminate: async (instanceIds, deadline) => (await load()).terminate(instanceIds, deadline),
  };
}
