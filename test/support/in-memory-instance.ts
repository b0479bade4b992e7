import type { LiveInstance } from '../../src/enforcer/fleet.ts';
import type { Tag } from '../../src/enforcer/launch.ts';

/** An instance as a test wants it. Times are epoch milliseconds of the fleet's clock. */
export interface NewInstance {
  readonly instanceId: string;
  readonly tags?: readonly Tag[];
  readonly zone?: string;
  readonly reservationId?: string;
  readonly clientToken?: string;
  readonly state?: 'pending' | 'running' | 'stopping' | 'stopped';
  /** Termination protection is on. */
  readonly protected?: boolean;
  /** Of an answer it cannot be read; `without-id`: not even which one it is. */
  readonly unreadable?: 'whole' | 'without-id';
  /** A service provider manages it. */
  readonly managed?: boolean;
  /** Id of the Spot request that it was launched for. */
  readonly spotRequestId?: string;
  /** EC2 does not terminate it on request. */
  readonly unsupported?: boolean;
  /** When it was launched for the first time, where EC2 shows it. */
  readonly firstLaunchedAt?: number;
  /** DescribeInstances does not show it before. */
  readonly hiddenUntil?: number;
  /** TerminateInstances does not know it before. */
  readonly unknownUntil?: number;
  /** Somebody else terminates it then. */
  readonly terminatedAt?: number;
  /** From a time on, it has these tags and no others. In the order of time. */
  readonly tagChanges?: readonly { readonly at: number; readonly tags: readonly Tag[] }[];
}

const SHUTTING_DOWN_FOR = 20_000;
const TERMINATED_SHOWN_FOR = 60 * 60_000;

/** One instance of the in-memory fleet, as it is at any time. */
export class InMemoryInstance {
  readonly #made: NewInstance;
  #killedAt: number | undefined;
  #name: string | undefined;

  constructor(made: NewInstance) {
    this.#made = made;
  }

  get id(): string {
    return this.#made.instanceId;
  }

  get zone(): string {
    return this.#made.zone ?? 'a';
  }

  get isProtected(): boolean {
    return this.#made.protected ?? false;
  }

  get isUnsupported(): boolean {
    return this.#made.unsupported ?? false;
  }

  get unreadable(): NewInstance['unreadable'] {
    return this.#made.unreadable;
  }

  tagsAt(now: number): readonly Tag[] {
    const tags = this.#made.tagChanges?.findLast(({ at }) => at <= now)?.tags ?? this.#made.tags ?? [];
    if (this.#name === undefined || tags.some(({ key, value }) => key === 'Name' && value !== ''))
      return tags;
    return [...tags.filter(({ key }) => key !== 'Name'), { key: 'Name', value: this.#name }];
  }

  isDeadAt(now: number): boolean {
    return now >= this.#deathAt();
  }

  isShownAt(now: number): boolean {
    return now >= (this.#made.hiddenUntil ?? 0) && now <= this.#deathAt() + TERMINATED_SHOWN_FOR;
  }

  isKnownAt(now: number): boolean {
    return now >= (this.#made.unknownUntil ?? 0) && now <= this.#deathAt() + TERMINATED_SHOWN_FOR;
  }

  /**
   * What the role's guard sees. Tag keys in IAM's conditions are not case-sensitive, so it denies more than the
   * enforcer calls named: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
   */
  isGuardedAt(now: number): boolean {
    return this.tagsAt(now).some(({ key, value }) => key.toLowerCase() === 'name' && value !== '');
  }

  /** A name that a call gives, until a person's takes its place. */
  name(name: string): void {
    this.#name = name;
  }

  kill(now: number): void {
    this.#killedAt ??= now;
  }

  shownAt(now: number): LiveInstance {
    const { instanceId, reservationId, clientToken, state = 'running' } = this.#made;
    const down = now < this.#deathAt() + SHUTTING_DOWN_FOR ? 'shutting-down' : 'terminated';
    return {
      instanceId,
      state: this.isDeadAt(now) ? down : state,
      tags: this.tagsAt(now),
      reservationId,
      clientToken,
      isManaged: this.#made.managed ?? false,
      spotRequestId: this.#made.spotRequestId,
      firstLaunchedAt: this.#made.firstLaunchedAt,
    };
  }

  #deathAt(): number {
    return Math.min(this.#killedAt ?? Infinity, this.#made.terminatedAt ?? Infinity);
  }
}
