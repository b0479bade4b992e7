import pMap from 'p-map';
import type { CloudTrailHistory } from '../aws/cloudtrail-history.ts';
import type { Ec2Inventory, ListedInstance } from '../aws/ec2-inventory.ts';
import { readFailure } from '../aws/failure.ts';
import type { InstanceState } from '../../enforcer/fleet.ts';
import type { InstanceId } from '../../enforcer/launch.ts';
import { judge, type TerminateReason } from '../../enforcer/judge.ts';
import type { AuditedPlace, PlaceProblem } from './places.ts';
import { autoScalingGroupOf, launcherOfTags } from './launcher-of-tags.ts';

/** An instance that the enforcer would not have let live. What is not known is undefined. */
export interface NamelessInstance {
  readonly region: string;
  readonly account: string | undefined;
  readonly instanceId: InstanceId;
  readonly state: InstanceState;
  readonly reason: TerminateReason;
  /** When it was last started. */
  readonly launchTime: Date | undefined;
  /** When it was launched, in epoch milliseconds, however often it was stopped since. */
  readonly launchedAt: number | undefined;
  readonly reservationId: string | undefined;
  readonly instanceType: string | undefined;
  readonly launcher: string | undefined;
  readonly launcherFrom: 'tags' | 'CloudTrail' | undefined;
  readonly autoScalingGroup: string | undefined;
  /** Whether termination protection is on. */
  readonly terminationProtection: boolean | undefined;
}

/** What was found in one account and region. */
export interface PlaceAudit extends AuditedPlace {
  /** Instances that were looked at. */
  readonly looked: number;
  readonly nameless: readonly NamelessInstance[];
  /** Why launchers or protection are not known. */
  readonly remarks: readonly PlaceProblem[];
}

export interface PlaceSources {
  readonly inventory: Ec2Inventory;
  /** Undefined when launchers are to come from tags alone. */
  readonly history: CloudTrailHistory | undefined;
}

export interface AuditedRules {
  readonly exemptTagKeys: ReadonlySet<string>;
  readonly states: readonly InstanceState[];
  /** Undefined for every instance. */
  readonly onlyThese: ReadonlySet<InstanceId> | undefined;
}

/** Calls for single instances that are under way at a time. */
const CONCURRENCY = 4;

/**
 * Finds the nameless instances of an account and region. Only the list of instances must be readable: what else cannot be read
 * stays undefined, with a remark.
 *
 * @throws the SDK's error when the instances cannot be listed
 */
export async function auditPlace(
  place: AuditedPlace,
  { inventory, history }: PlaceSources,
  { exemptTagKeys, states, onlyThese }: AuditedRules,
): Promise<PlaceAudit> {
  const nameless: (ListedInstance & { readonly reason: TerminateReason })[] = [];
  let looked = 0;
  for await (const page of inventory.list(states)) {
    const chosen = page.filter(({ instanceId }) => onlyThese?.has(instanceId) ?? true);
    looked += chosen.length;
    for (const instance of chosen) {
      const { verdict, reason } = judge(instance.tags, exemptTagKeys);
      if (verdict === 'terminate') nameless.push({ ...instance, reason });
    }
  }

  const protection = optionalReader(
    (instance: ListedInstance) => inventory.isProtected(instance.instanceId),
    'Termination protection could not be read',
  );
  // All instances of a reservation were launched by one call.
  const launches = new Map<string, Promise<string | undefined>>();
  const launcher = optionalReader(({ reservationId, instanceId }: ListedInstance) => {
    const launch = reservationId ?? instanceId;
    const known = launches.get(launch) ?? history?.findLauncher(instanceId) ?? Promise.resolve(undefined);
    launches.set(launch, known);
    return known;
  }, 'CloudTrail could not be read, so launchers are from tags alone');

  const found = await pMap(
    nameless,
    async (instance): Promise<NamelessInstance> => {
      const { instanceId, state, reason, account, launchTime, instanceType, tags } = instance;
      const byTags = launcherOfTags(tags);
      const byCloudTrail = byTags === undefined ? await launcher.read(instance) : undefined;
      return {
        region: place.region,
        account,
        instanceId,
        state,
        reason,
        launchTime,
        launchedAt: instance.firstLaunchedAt ?? launchTime?.getTime(),
        reservationId: instance.reservationId,
        instanceType,
        launcher: byTags ?? byCloudTrail,
        launcherFrom: fromWhere(byTags, byCloudTrail),
        autoScalingGroup: autoScalingGroupOf(tags),
        terminationProtection: await protection.read(instance),
      };
    },
    { concurrency: CONCURRENCY },
  );
  const remarks = [...protection.remarks, ...launcher.remarks];
  const { account, region } = place;
  return {
    account,
    region,
    looked,
    nameless: found,
    remarks: remarks.map((problem) => ({ account, region, problem })),
  };
}

/** Reads what is nice to have: a failed read is undefined, and one that no other instance would fix is the last. */
function optionalReader<T>(
  read: (instance: ListedInstance) => Promise<T>,
  remark: string,
): {
  readonly remarks: readonly string[];
  readonly read: (instance: ListedInstance) => Promise<T | undefined>;
} {
  const remarks: string[] = [];
  return {
    remarks,
    async read(instance) {
      if (remarks.length > 0) return undefined;
      try {
        return await read(instance);
      } catch (error) {
        const failure = readFailure(error);
        if (failure === undefined) throw error;
        const isGone = error instanceof Error && error.name === 'InvalidInstanceID.NotFound';
        if (!isGone && remarks.length === 0) remarks.push(`${remark}: ${failure.detail}`);
        return undefined;
      }
    },
  };
}

function fromWhere(
  byTags: string | undefined,
  byCloudTrail: string | undefined,
): NamelessInstance['launcherFrom'] {
  if (byTags !== undefined) return 'tags';
  return byCloudTrail === undefined ? undefined : 'CloudTrail';
}
