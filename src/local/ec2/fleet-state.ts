import { createHash, randomBytes } from 'node:crypto';
import type { InstanceState } from '../../enforcer/fleet.ts';
import type { InstanceId, Tag } from '../../enforcer/launch.ts';

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
  /** When it was launched for the first time, in epoch milliseconds. */
  readonly launchedAt: number;
  /** Place among all launches, from 0: answers list instances in this order, and pages end at it. */
  readonly sequence: number;
  readonly tags: Map<string, string>;
  /** Service provider that manages it, for example `eks.amazonaws.com`: it alone may end it. */
  readonly operator: string | undefined;
  /** Id of the Spot request that it was launched for. */
  readonly spotRequestId: string | undefined;
  /** Termination protection (`disableApiTermination`). */
  terminationProtected: boolean;
  /** When it was last started, in epoch milliseconds: at its launch, or since. */
  startedAt: number;
  /** What was last asked of it, and when in epoch milliseconds. Its state follows from the time since. */
  lifecycle: { readonly asked: 'start' | 'stop' | 'terminate'; readonly at: number };
}

/** Instances to be, all of one reservation. What is left out gets a value of EC2's form. */
export interface NewReservation {
  readonly reservationId?: string | undefined;
  readonly clientToken?: string | undefined;
  /** Epoch milliseconds; now, if left out. */
  readonly launchedAt?: number | undefined;
  readonly instances: readonly NewInstance[];
}

export interface NewInstance {
  readonly instanceId?: InstanceId | undefined;
  readonly imageId?: string | undefined;
  readonly instanceType?: string | undefined;
  readonly availabilityZone?: string | undefined;
  readonly terminationProtected?: boolean | undefined;
  readonly operator?: string | undefined;
  readonly spotRequestId?: string | undefined;
  readonly tags: readonly Tag[];
}

/** The instances of one launch. */
export interface Reservation {
  readonly reservationId: string;
  readonly instances: readonly Instance[];
}

/** How long an instance stays in each passing state, in milliseconds. */
export interface Durations {
  readonly pending: number;
  readonly stopping: number;
  readonly shuttingDown: number;
  /** A terminated instance is shown for about an hour: `API_TerminateInstances` in EC2's API reference. */
  readonly terminatedVisible: number;
}

const defaultDurations: Durations = {
  pending: 2_000,
  stopping: 2_000,
  shuttingDown: 2_000,
  terminatedVisible: 3_600_000,
};

/** Every instance there is, and what became of it. Nothing here refuses; the actions do. */
export class FleetState {
  /** Every termination, in order, each instance once; those that EC2 no longer shows included. */
  readonly terminations: { readonly instanceId: InstanceId; readonly at: number }[] = [];
  readonly #region: string;
  readonly #durations: Durations;
  readonly #newId: (kind: 'instance' | 'reservation') => string;
  readonly #instances = new Map<InstanceId, Instance>();

  constructor(parts: { region: string; seed?: string | undefined; durations?: Partial<Durations> }) {
    this.#region = parts.region;
    this.#durations = { ...defaultDurations, ...parts.durations };
    this.#newId = idSource(parts.seed);
  }

  /** Adds instances, unchecked: with tags that only AWS sets, for example, or with ids known from elsewhere. */
  add(reservation: NewReservation): Reservation {
    const launchedAt = reservation.launchedAt ?? Date.now();
    const reservationId = reservation.reservationId ?? `r-${this.#newId('reservation')}`;
    const instances = reservation.instances.map((wanted, launchIndex): Instance => {
      const instance: Instance = {
        instanceId: wanted.instanceId ?? `i-${this.#newId('instance')}`,
        reservationId,
        clientToken: reservation.clientToken ?? '',
        imageId: wanted.imageId ?? 'ami-0123456789abcdef0',
        instanceType: wanted.instanceType ?? 'm1.small',
        availabilityZone: wanted.availabilityZone ?? `${this.#region}a`,
        launchIndex,
        launchedAt,
        sequence: this.#instances.size,
        tags: new Map(wanted.tags.map(({ key, value }) => [key, value])),
        operator: wanted.operator,
        spotRequestId: wanted.spotRequestId,
        terminationProtected: wanted.terminationProtected ?? false,
        startedAt: launchedAt,
        lifecycle: { asked: 'start', at: launchedAt },
      };
      this.#instances.set(instance.instanceId, instance);
      return instance;
    });
    return { reservationId, instances };
  }

  /** Undefined when there was no such instance, or it was terminated so long ago that EC2 no longer shows it. */
  find(instanceId: InstanceId): Instance | undefined {
    const instance = this.#instances.get(instanceId);
    return instance !== undefined && this.#isShown(instance) ? instance : undefined;
  }

  all(): Instance[] {
    return [...this.#instances.values()].filter((instance) => this.#isShown(instance));
  }

  state({ lifecycle: { asked, at } }: Instance): InstanceState {
    const elapsed = Date.now() - at;
    switch (asked) {
      case 'start':
        return elapsed < this.#durations.pending ? 'pending' : 'running';
      case 'stop':
        return elapsed < this.#durations.stopping ? 'stopping' : 'stopped';
      case 'terminate':
        return elapsed < this.#durations.shuttingDown ? 'shutting-down' : 'terminated';
    }
  }

  /** Starts, stops or terminates an instance. One that was terminated before stays as it is. */
  ask(instance: Instance, asked: Instance['lifecycle']['asked']): void {
    if (instance.lifecycle.asked === 'terminate') return;
    const at = Date.now();
    instance.lifecycle = { asked, at };
    if (asked === 'start') instance.startedAt = at;
    if (asked === 'terminate') this.terminations.push({ instanceId: instance.instanceId, at });
  }

  #isShown({ lifecycle: { asked, at } }: Instance): boolean {
    const { shuttingDown, terminatedVisible } = this.#durations;
    return asked !== 'terminate' || Date.now() - at < shuttingDown + terminatedVisible;
  }
}

/**
 * Makes 17 hex digits, as EC2's ids have. With a seed they are the same in every run. Each kind of id counts for itself,
 * so that a further reservation does not change the ids of the instances launched after it.
 */
function idSource(seed: string | undefined): (kind: string) => string {
  const counts = new Map<string, number>();
  return (kind) => {
    if (seed === undefined) return randomBytes(9).toString('hex').slice(0, 17);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return createHash('sha256').update(`${seed}\n${kind}\n${count}`).digest('hex').slice(0, 17);
  };
}
