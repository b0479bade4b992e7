import type {
  CallFailed,
  Description,
  InstanceFleet,
  LiveInstance,
  Naming,
  OutOfTime,
  Refused,
  Termination,
  UnreadableInstance,
} from '../../src/enforcer/fleet.ts';
import type { LaunchReference, Tag } from '../../src/enforcer/launch.ts';
import { isSameGroup, serviceGroupOf } from '../../src/enforcer/service-group.ts';
import type { ServiceGroup } from '../../src/enforcer/service-group.ts';
import { InMemoryInstance } from './in-memory-instance.ts';
import type { NewInstance } from './in-memory-instance.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type Operation = 'describe' | 'find' | 'findDown' | 'terminate' | 'name';

/**
 * - `fails`: the call fails and does nothing
 * - `fails-for-good`: EC2 refuses the call itself, whatever its instances
 * - `fails-after`: the call does its work, and the answer is lost
 * - `hangs`: the call does its work, and does not answer before the deadline
 * - `adds-strays`: the answer shows every instance there is, asked for or not
 * - `lacks-one`: EC2 leaves the first instance of the call alone and out of the answer
 */
export type FaultKind = 'fails' | 'fails-for-good' | 'fails-after' | 'hangs' | 'adds-strays' | 'lacks-one';

/** What goes wrong in one call. */
export interface Fault {
  readonly operation: Operation;
  /** 1 for the first call of that operation. */
  readonly call: number;
  readonly kind: FaultKind;
}

/**
 * A time in which no call works, in epoch milliseconds: it `fails`, or does its work and then `stalls`, without an
 * answer within the time of one attempt.
 */
export interface Outage {
  readonly from: number;
  readonly until: number;
  readonly kind: 'fails' | 'stalls';
}

/** Milliseconds that one attempt may take. */
const ATTEMPT = 8_000;

export interface FleetOptions {
  readonly clock: VirtualClock;
  readonly instances: readonly NewInstance[];
  readonly limits?: InstanceFleet['limits'];
  /** Milliseconds from a call to its answer; what the call does, it does at their end. */
  readonly callTime?: number;
  readonly faults?: readonly Fault[];
  readonly outages?: readonly Outage[];
  /** Told of each kill, as a group that launches again is. */
  readonly onKill?: (kill: KillRecord, fleet: InMemoryFleet) => void;
}

/** An instance that the fleet terminated, with its tags of that moment. */
export interface KillRecord {
  readonly instanceId: string;
  readonly at: number;
  readonly tags: readonly Tag[];
}

/** EC2 in memory and in virtual time, with the role's guard before it: what calls do, refuse and fail to tell. */
export class InMemoryFleet implements InstanceFleet {
  readonly limits: InstanceFleet['limits'];
  /** Calls that were sent, failed ones included. */
  readonly calls: Record<'describe' | 'find' | 'terminate', number> & Partial<Record<Operation, number>> = {
    describe: 0,
    find: 0,
    terminate: 0,
  };
  readonly kills: KillRecord[] = [];
  /** The names that calls gave, in their order. */
  readonly namings: { readonly instanceId: string; readonly name: string; readonly at: number }[] = [];
  readonly refusals: Refused['refusal'][] = [];
  readonly #clock: VirtualClock;
  readonly #callTime: number;
  readonly #faults: readonly Fault[];
  readonly #outages: readonly Outage[];
  readonly #instances: Map<string, InMemoryInstance>;
  readonly #onKill: FleetOptions['onKill'];

  constructor({ clock, instances, limits, callTime = 50, faults = [], outages = [], onKill }: FleetOptions) {
    this.limits = limits ?? { describe: 200, terminate: 1000 };
    this.#clock = clock;
    this.#callTime = callTime;
    this.#faults = faults;
    this.#outages = outages;
    this.#onKill = onKill;
    this.#instances = new Map(instances.map((made) => [made.instanceId, new InMemoryInstance(made)]));
  }

  /** Launches another instance. */
  add(instance: NewInstance): void {
    this.#instances.set(instance.instanceId, new InMemoryInstance(instance));
  }

  async describe(ids: readonly string[], deadline: number): Promise<Description> {
    mustBe(ids, this.limits.describe);
    return this.#read('describe', deadline, ({ id }) => ids.includes(id));
  }

  async find(reference: LaunchReference, deadline: number): Promise<Description> {
    const now = this.#clock.now();
    return this.#read('find', deadline, (instance) => {
      const { reservationId, clientToken } = instance.shownAt(now);
      return (reference.by === 'reservation-id' ? reservationId : clientToken) === reference.value;
    });
  }

  async findDown(groups: readonly ServiceGroup[], deadline: number): Promise<Description> {
    const now = this.#clock.now();
    return this.#read('findDown', deadline, (instance) => {
      const own = serviceGroupOf(instance.shownAt(now));
      return instance.isDeadAt(now) && groups.some((group) => isSameGroup(group, own));
    });
  }

  async name(instanceId: string, name: string, deadline: number): Promise<Naming> {
    return this.#call<Naming>('name', deadline, () => {
      const now = this.#clock.now();
      const instance = this.#instances.get(instanceId);
      if (instance === undefined || !instance.isKnownAt(now)) return this.#refuse('not-found');
      if (instance.isGuardedAt(now)) return this.#refuse('denied');
      instance.name(name);
      this.namings.push({ instanceId, name, at: now });
      return { kind: 'accepted' };
    });
  }

  async terminate(ids: readonly string[], deadline: number): Promise<Termination> {
    mustBe(ids, this.limits.terminate);
    return this.#call<Termination>('terminate', deadline, (fault) => {
      const left = fault === 'lacks-one' ? ids.slice(1) : ids;
      const before = this.kills.length;
      const refusal = this.#refusalOf(ids) ?? this.#kill(left);
      if (refusal !== undefined) return this.#refuse(refusal);
      const answered = new Set(fault === 'adds-strays' ? this.#instances.keys() : left);
      const killedNow = new Set(this.kills.slice(before).map(({ instanceId }) => instanceId));
      return {
        kind: 'accepted',
        terminated: answered.intersection(killedNow),
        downBefore: new Set([...answered.difference(killedNow)].filter((id) => this.isDead(id))),
      };
    });
  }

  isDead(instanceId: string): boolean {
    return this.#instances.get(instanceId)?.isDeadAt(this.#clock.now()) ?? false;
  }

  tagsOf(instanceId: string): readonly Tag[] {
    return this.#instances.get(instanceId)?.tagsAt(this.#clock.now()) ?? [];
  }

  async #read(
    operation: Operation,
    deadline: number,
    wanted: (instance: InMemoryInstance) => boolean,
  ): Promise<Description> {
    return this.#call<Description>(operation, deadline, (fault) => {
      const now = this.#clock.now();
      const instances: LiveInstance[] = [];
      const unreadable: UnreadableInstance[] = [];
      for (const instance of this.#instances.values()) {
        const asked = wanted(instance) || fault === 'adds-strays';
        if (!asked || !instance.isShownAt(now)) continue;
        if (instance.unreadable === undefined) instances.push(instance.shownAt(now));
        else {
          const instanceId = instance.unreadable === 'whole' ? instance.id : undefined;
          unreadable.push({ instanceId, detail: 'a state that nobody knows' });
        }
      }
      const shown = fault === 'lacks-one' ? instances.slice(1) : instances;
      return { kind: 'described', instances: shown, unreadable };
    });
  }

  /** Spends the time of a call, does its work, and answers unless a fault or the deadline comes between. */
  async #call<T>(
    operation: Operation,
    deadline: number,
    work: (fault: FaultKind | undefined) => T,
  ): Promise<T | CallFailed | OutOfTime> {
    const now = this.#clock.now();
    if (now >= deadline) return { kind: 'out-of-time' };
    const number = (this.calls[operation] ?? 0) + 1;
    this.calls[operation] = number;
    const fault = this.#faults.find((one) => one.operation === operation && one.call === number)?.kind;

    const outage = this.#outages.find(({ from, until }) => from <= now && now < until)?.kind;

    const answersAt = fault === 'hangs' ? Infinity : now + (outage === 'stalls' ? ATTEMPT : this.#callTime);
    await this.#clock.sleep(Math.min(answersAt, deadline) - now);
    const failed = { kind: 'call-failed', transient: true } as const;
    if (fault === 'fails' || outage === 'fails')
      return { ...failed, detail: 'RequestLimitExceeded: in-memory EC2' };
    if (fault === 'fails-for-good')
      return { kind: 'call-failed', transient: false, detail: 'AuthFailure: in-memory EC2' };
    // A request that was sent takes effect, whether or not somebody still waits for the answer.
    const answer = work(fault);
    if (answersAt > deadline) return { kind: 'out-of-time' };
    if (fault === 'fails-after' || outage === 'stalls')
      return { ...failed, detail: 'ECONNRESET: in-memory EC2' };
    return answer;
  }

  #refuse(refusal: Refused['refusal']): Refused {
    this.refusals.push(refusal);
    return { kind: 'refused', refusal, detail: `in-memory EC2 refused: ${refusal}` };
  }

  /** Why EC2 refuses the whole call, before it looks at any zone. */
  #refusalOf(ids: readonly string[]): Refused['refusal'] | undefined {
    const now = this.#clock.now();
    const known = ids.flatMap((id) => this.#instances.get(id) ?? []).filter((one) => one.isKnownAt(now));
    if (known.length < ids.length) return 'not-found';
    if (known.some((instance) => instance.isGuardedAt(now))) return 'denied';
    if (known.some((instance) => instance.isUnsupported)) return 'unsupported';
    return undefined;
  }

  /** Zone by zone: a protected instance keeps its own zone alive. */
  #kill(ids: readonly string[]): Refused['refusal'] | undefined {
    const now = this.#clock.now();
    const doomed = ids.flatMap((id) => this.#instances.get(id) ?? []);
    const spared = new Set(doomed.filter(({ isProtected }) => isProtected).map(({ zone }) => zone));
    for (const instance of doomed) {
      if (spared.has(instance.zone) || instance.isDeadAt(now)) continue;
      instance.kill(now);
      const kill = { instanceId: instance.id, at: now, tags: instance.tagsAt(now) };
      this.kills.push(kill);
      this.#onKill?.(kill, this);
    }
    return spared.size > 0 ? 'protected' : undefined;
  }
}

/** EC2 would list the account for an empty list, and refuse one that is too long. */
function mustBe(ids: readonly string[], limit: number): void {
  if (ids.length < 1 || ids.length > limit || new Set(ids).size < ids.length) {
    throw new RangeError(`Expected 1 to ${limit} ids, each once, got ${ids.join(' ') || 'none'}`);
  }
}
