import type { Clock } from '../../enforcer/clock.ts';
import type { InstanceState } from '../../enforcer/fleet.ts';
import type { InstanceId, Tag } from '../../enforcer/launch.ts';
import type { IdSource } from './ids.ts';
import { stateAt, type Durations, type Instance, type Lifecycle } from './instance.ts';

/** The instances of one launch. */
export interface Reservation {
  readonly reservationId: string;
  readonly instances: readonly Instance[];
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
  readonly tags: readonly Tag[];
}

/** One instance that was told to terminate. */
export interface TerminationRecord {
  readonly instanceId: InstanceId;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Every instance there is, and what became of it. Nothing here refuses; the actions do. */
export class FleetState {
  readonly region: string;
  readonly ids: IdSource;
  readonly durations: Durations;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #instances = new Map<InstanceId, Instance>();
  readonly #byReservation = new Map<string, Set<Instance>>();
  readonly #byToken = new Map<string, Set<Instance>>();
  readonly #terminations: TerminationRecord[] = [];
  #forgotten = 0;
  #launched = 0;

  constructor(parts: { region: string; ids: IdSource; durations: Durations; clock: Pick<Clock, 'now'> }) {
    this.region = parts.region;
    this.ids = parts.ids;
    this.durations = parts.durations;
    this.#clock = parts.clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Adds instances, unchecked: with tags that only AWS sets, for example, or with ids known from elsewhere. */
  add(reservation: NewReservation): Reservation {
    const launchedAt = reservation.launchedAt ?? this.now();
    const reservationId = reservation.reservationId ?? this.ids.reservationId();
    const instances = reservation.instances.map((wanted, launchIndex): Instance => {
      const instance: Instance = {
        instanceId: wanted.instanceId ?? this.ids.instanceId(),
        reservationId,
        clientToken: reservation.clientToken ?? '',
        imageId: wanted.imageId ?? 'ami-0123456789abcdef0',
        instanceType: wanted.instanceType ?? 'm1.small',
        availabilityZone: wanted.availabilityZone ?? `${this.region}a`,
        launchIndex,
        launchedAt,
        sequence: this.#launched++,
        tags: new Map(wanted.tags.map(({ key, value }) => [key, value])),
        terminationProtected: wanted.terminationProtected ?? false,
        lifecycle: { asked: 'start', at: launchedAt },
      };
      this.#index(instance);
      return instance;
    });
    return { reservationId, instances };
  }

  /** Undefined when there was no such instance, or it was terminated so long ago that EC2 no longer shows it. */
  find(instanceId: InstanceId): Instance | undefined {
    this.#forgetTerminated();
    return this.#instances.get(instanceId);
  }

  all(): Iterable<Instance> {
    this.#forgetTerminated();
    return this.#instances.values();
  }

  ofReservation(reservationId: string): Iterable<Instance> {
    this.#forgetTerminated();
    return this.#byReservation.get(reservationId) ?? [];
  }

  ofClientToken(clientToken: string): Iterable<Instance> {
    this.#forgetTerminated();
    return this.#byToken.get(clientToken) ?? [];
  }

  state(instance: Instance): InstanceState {
    return stateAt(instance, this.now(), this.durations);
  }

  /** Starts, stops or terminates an instance. One that was terminated before stays as it is. */
  ask(instance: Instance, asked: Lifecycle['asked']): void {
    if (instance.lifecycle.asked === 'terminate') return;
    const at = this.now();
    instance.lifecycle = { asked, at };
    if (asked === 'terminate') this.#terminations.push({ instanceId: instance.instanceId, at });
  }

  /** Every termination, in order, each instance once; those that EC2 no longer shows included. */
  get terminations(): readonly TerminationRecord[] {
    return this.#terminations;
  }

  #index(instance: Instance): void {
    this.#instances.set(instance.instanceId, instance);
    addTo(this.#byReservation, instance.reservationId, instance);
    if (instance.clientToken !== '') addTo(this.#byToken, instance.clientToken, instance);
  }

  /** Terminations are in order of time, so that only the next ones need a look. */
  #forgetTerminated(): void {
    const shownSince = this.now() - this.durations.shuttingDown - this.durations.terminatedVisible;
    for (;;) {
      const next = this.#terminations[this.#forgotten];
      if (next === undefined || next.at > shownSince) return;
      this.#forgotten++;
      const instance = this.#instances.get(next.instanceId);
      if (instance === undefined) continue;
      this.#instances.delete(instance.instanceId);
      this.#byReservation.get(instance.reservationId)?.delete(instance);
      this.#byToken.get(instance.clientToken)?.delete(instance);
    }
  }
}

function addTo(index: Map<string, Set<Instance>>, key: string, instance: Instance): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([instance]));
  else known.add(instance);
}
