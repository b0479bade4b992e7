import type { CallFailed, InstanceFleet } from '../enforcer/fleet.ts';
import { describeFailure } from './ec2-answers.ts';
import { ec2Limits } from './ec2-limits.ts';

/**
 * The fleet, with the AWS SDK loaded at the first call: most launches are named in their event and need none, and
 * loading it takes longer than all else that the function does.
 */
export function createLazyEc2Fleet(endpointUrl: string | undefined): InstanceFleet {
  let loading: Promise<InstanceFleet> | undefined;

  const load = async (): Promise<InstanceFleet> => {
    const { createEc2Fleet } = await import('./ec2-fleet.ts');
    return createEc2Fleet(endpointUrl);
  };

  /** A load that fails is a call that fails, and is tried again: the function may live on for hours. */
  const ask = async <T>(call: (fleet: InstanceFleet) => Promise<T>): Promise<T | CallFailed> => {
    const current = (loading ??= load());
    let fleet: InstanceFleet;
    try {
      fleet = await current;
    } catch (error) {
      if (loading === current) loading = undefined;
      return { kind: 'call-failed', detail: describeFailure(error) };
    }
    return call(fleet);
  };

  return {
    limits: ec2Limits,
    describe: async (instanceIds, deadline) => ask(async (fleet) => fleet.describe(instanceIds, deadline)),
    find: async (reference, deadline) => ask(async (fleet) => fleet.find(reference, deadline)),
    terminate: async (instanceIds, deadline) => ask(async (fleet) => fleet.terminate(instanceIds, deadline)),
  };
}
