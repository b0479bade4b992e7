import type {
  Description,
  InstanceFleet,
  LiveInstance,
  Naming,
  Termination,
} from '../../../src/enforcer/fleet.ts';
import type { LaunchReference } from '../../../src/enforcer/launch.ts';
import type { ServiceGroup } from '../../../src/enforcer/service-group.ts';

/** One call to terminate, with what EC2 last showed of its instances to the same attempt. */
export interface Ask {
  readonly instanceId: string;
  /** Undefined, if the last reading did not show it. */
  readonly lastShown: LiveInstance | undefined;
}

/** The fleet as one attempt sees it, keeping what that attempt was shown and asked for. */
export class WatchedFleet implements InstanceFleet {
  readonly limits: InstanceFleet['limits'];
  readonly asks: Ask[] = [];
  /** What each instance was last shown as; undefined, if the last reading did not show it. */
  readonly lastShown = new Map<string, LiveInstance | undefined>();
  /** Instances that one reading did not show and a later one did. */
  readonly late = new Set<string>();
  /** Calls to terminate more than one instance that EC2 refused. */
  divided = 0;
  calls = 0;
  readonly #fleet: InstanceFleet;

  constructor(fleet: InstanceFleet) {
    this.#fleet = fleet;
    this.limits = fleet.limits;
  }

  async describe(ids: readonly string[], deadline: number): Promise<Description> {
    this.calls++;
    const description = await this.#fleet.describe(ids, deadline);
    if (description.kind === 'described') {
      const shown = new Map(description.instances.map((instance) => [instance.instanceId, instance]));
      for (const id of ids) {
        if (shown.has(id) && this.lastShown.has(id) && this.lastShown.get(id) === undefined)
          this.late.add(id);
        this.lastShown.set(id, shown.get(id));
      }
    }
    return description;
  }

  async find(reference: LaunchReference, deadline: number): Promise<Description> {
    this.calls++;
    return this.#fleet.find(reference, deadline);
  }

  async findDown(groups: readonly ServiceGroup[], deadline: number): Promise<Description> {
    this.calls++;
    return this.#fleet.findDown(groups, deadline);
  }

  async name(instanceId: string, name: string, deadline: number): Promise<Naming> {
    return this.#fleet.name(instanceId, name, deadline);
  }

  async terminate(ids: readonly string[], deadline: number): Promise<Termination> {
    for (const instanceId of ids) this.asks.push({ instanceId, lastShown: this.lastShown.get(instanceId) });
    const termination = await this.#fleet.terminate(ids, deadline);
    if (termination.kind === 'refused' && ids.length > 1) this.divided++;
    return termination;
  }
}
