import type { InstanceState } from '../../enforcer/fleet.ts';
import type { InstanceId } from '../../enforcer/launch.ts';

/** One instance as the endpoint keeps it. */
export interface Instance {
  readonly instanceId: InstanceId;
  readonly reservationId: string;
  /** Empty when the launch had none. */
  readonly clientToken: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  /** Place in its reservation, from 0. */
  readonly launchIndex: number;
  /** Epoch milliseconds. */
  readonly launchedAt: number;
  /** Place among all launches, from 0: answers list instances in this order, and pages end at it. */
  readonly sequence: number;
  readonly tags: Map<string, string>;
  /** Termination protection (`disableApiTermination`). */
  terminationProtected: boolean;
  lifecycle: Lifecycle;
}

/** What was last asked of an instance, and when in epoch milliseconds. Its state follows from the time since. */
export interface Lifecycle {
  readonly asked: 'start' | 'stop' | 'terminate';
  readonly at: number;
}

/** How long an instance stays in each passing state, in milliseconds. */
export interface Durations {
  readonly pending: number;
  readonly stopping: number;
  readonly shuttingDown: number;
  /** A terminated instance is shown for about an hour: `API_TerminateInstances` in EC2's API reference. */
  readonly terminatedVisible: number;
}

export const defaultDurations: Durations = {
  pending: 2_000,
  stopping: 2_000,
  shuttingDown: 2_000,
  terminatedVisible: 3_600_000,
};

export function stateAt({ lifecycle }: Instance, now: number, durations: Durations): InstanceState {
  const elapsed = now - lifecycle.at;
  switch (lifecycle.asked) {
    case 'start':
      return elapsed < durations.pending ? 'pending' : 'running';
    case 'stop':
      return elapsed < durations.stopping ? 'stopping' : 'stopped';
    case 'terminate':
      return elapsed < durations.shuttingDown ? 'shutting-down' : 'terminated';
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};
